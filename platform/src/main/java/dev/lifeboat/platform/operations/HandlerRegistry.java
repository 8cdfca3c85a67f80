package dev.lifeboat.platform.operations;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of long work that this service can do. */
public final class HandlerRegistry {
    private final Map<String, OperationHandler> byKind;

    /**
     * These handlers.
     *
     * @throws IllegalStateException if two have the same kind
     */
    public HandlerRegistry(Collection<? extends OperationHandler> handlers) {
        this.byKind =
                handlers.stream().collect(Collectors.toUnmodifiableMap(OperationHandler::kind, Function.identity()));
    }

    OperationHandler of(String kind) {
        OperationHandler handler = byKind.get(kind);
        if (handler == null) {
            throw new IllegalArgumentException(
                    "no handler for operations of kind " + kind + ", there are " + byKind.keySet());
        }
        return handler;
    }

    OperationClaims.Caps caps(int service) {
        return new OperationClaims.Caps(
                byKind.values().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                OperationHandler::kind, handler -> Math.max(1, handler.capPerCluster()))),
                service);
    }
}
