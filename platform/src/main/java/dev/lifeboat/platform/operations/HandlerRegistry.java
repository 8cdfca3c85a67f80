package dev.lifeboat.platform.operations;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
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

    /** What may be claimed of the kinds that the condition holds for. */
    OperationClaims.Caps caps(OperationSettings settings, Predicate<OperationHandler> of) {
        return new OperationClaims.Caps(
                byKind.values().stream()
                        .filter(of)
                        .collect(Collectors.toUnmodifiableMap(
                                OperationHandler::kind, handler -> terms(handler, settings.lease()))),
                kinds(OperationHandler::standing),
                settings.cap());
    }

    /** The kinds that the condition holds for. */
    Set<String> kinds(Predicate<OperationHandler> of) {
        return byKind.values().stream().filter(of).map(OperationHandler::kind).collect(Collectors.toUnmodifiableSet());
    }

    private static OperationClaims.Terms terms(OperationHandler handler, Duration usual) {
        boolean shorter = handler.standing() && usual.compareTo(OperationHandler.STANDING_LEASE) > 0;
        return new OperationClaims.Terms(
                Math.max(1, handler.capPerCluster()),
                shorter ? OperationHandler.STANDING_LEASE : usual,
                handler.standing());
    }
}
