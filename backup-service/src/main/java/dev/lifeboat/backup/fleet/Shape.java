package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.problem.Problem.Violation;
import java.util.List;

/**
 * What a part of a declaration must look like. Reading goes on after a mistake, so that all of them are said at once.
 */
@FunctionalInterface
interface Shape {

    /** The value, normalised, with defaults filled in; or null when it is mistaken and that was said. */
    JsonNode read(JsonNode node, At at);

    /** This, and if it is right, the next one, too. */
    default Shape then(Shape next) {
        return (node, at) -> {
            JsonNode read = read(node, at);
            return read == null ? null : next.read(read, at);
        };
    }

    /** A place in the document, and where mistakes are said. */
    record At(String pointer, List<Violation> mistakes) {

        At field(String name) {
            return new At(pointer + "/" + name.replace("~", "~0").replace("/", "~1"), mistakes);
        }

        At item(int index) {
            return new At(pointer + "/" + index, mistakes);
        }

        /** Says a mistake; always null, so that a shape can return it. */
        JsonNode mistake(String code, String message, String expected, String found, String hint) {
            mistakes.add(new Violation(pointer, code, message, expected, found, hint));
            return null;
        }
    }

    /** The kind of a value in words, without the value. */
    static String kindOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case NULL, MISSING -> "nothing";
            case BINARY, POJO -> "binary data";
        };
    }

    /** A value as it may be shown in a mistake: short. */
    static String shown(String value) {
        return value.length() <= 80 ? value : value.substring(0, 79) + "…";
    }
}
