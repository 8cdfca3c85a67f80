package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.util.Optional;
import java.util.Set;

/** A reference to a secret. Nothing that stands here is ever repeated in a mistake: it may be the secret itself. */
final class SecretShape {
    private static final Set<String> KINDS = Set.of("env", "file");

    private SecretShape() {}

    /** Whether a reference may be resolved, and can be: what is wrong with it, without any part of its value. */
    @FunctionalInterface
    interface Resolvable {
        Optional<Failure> wrong(SecretRef reference);
    }

    static Shape secret(Resolvable secrets) {
        return (node, at) -> {
            if (!node.isObject()) {
                return at.mistake(
                        "secret.no-reference",
                        "A secret is given by reference, never as itself.",
                        "{env: LIFEBOAT_SECRET_…} or {file: name}",
                        Shape.kindOf(node),
                        "If this was a real secret, change it: it has travelled.");
            }
            boolean mistaken = false;
            for (var field : node.properties()) {
                if (!KINDS.contains(field.getKey())) {
                    mistaken = true;
                    at.field(Shape.shown(field.getKey()))
                            .mistake(
                                    "field.unknown",
                                    "There is no such way to refer to a secret.",
                                    "env or file",
                                    null,
                                    Spelling.suggestion(field.getKey(), KINDS));
                } else if (!field.getValue().isTextual() && !field.getValue().isNull()) {
                    mistaken = true;
                    at.field(field.getKey())
                            .mistake("field.type", "This must be text.", "text", Shape.kindOf(field.getValue()), null);
                }
            }
            return mistaken ? null : resolved(node, at, secrets);
        };
    }

    private static JsonNode resolved(JsonNode node, Shape.At at, Resolvable secrets) {
        String env = node.path("env").textValue();
        String file = node.path("file").textValue();
        if ((env == null) == (file == null)) {
            return at.mistake(
                    "secret.ambiguous",
                    "A reference to a secret names one place.",
                    "either env or file",
                    env == null ? "neither" : "both",
                    null);
        }
        Optional<Failure> wrong = secrets.wrong(new SecretRef(env, file));
        if (wrong.isPresent()) {
            Failure failure = wrong.get();
            return at.mistake(failure.code(), failure.message(), failure.expected(), failure.found(), failure.hint());
        }
        return node;
    }
}
