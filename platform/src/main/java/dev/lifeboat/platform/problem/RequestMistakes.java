package dev.lifeboat.platform.problem;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Tells what is wrong with a document that Jackson could not read, without a word of Java in it. */
public final class RequestMistakes {
    private static final int SHOWN = 80;

    private RequestMistakes() {}

    /** The problem of a request whose body could not be read. */
    public static Problem of(JsonProcessingException e) {
        return Problem.invalid("The document cannot be read.", List.of(violation(e)));
    }

    private static Problem.Violation violation(JsonProcessingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown ->
                new Problem.Violation(
                        pointer(unknown),
                        "field.unknown",
                        "There is no field " + unknown.getPropertyName() + ".",
                        known(unknown.getKnownPropertyIds()),
                        unknown.getPropertyName(),
                        "Correct its name, or leave it out.");
            case InvalidTypeIdException type ->
                new Problem.Violation(
                        pointer(type),
                        "field.type-unknown",
                        "The type of this is not known.",
                        null,
                        shown(type.getTypeId()),
                        "See the API's description for the types that there are.");
            case InvalidFormatException format ->
                new Problem.Violation(
                        pointer(format),
                        "field.malformed",
                        "The value does not have the right form.",
                        form(format.getTargetType()),
                        shown(format.getValue()),
                        null);
            case ValueInstantiationException refused ->
                new Problem.Violation(
                        pointer(refused),
                        "field.invalid",
                        refused.getCause() == null || refused.getCause().getMessage() == null
                                ? "The value is not allowed."
                                : refused.getCause().getMessage(),
                        null,
                        null,
                        null);
            case MismatchedInputException mismatch ->
                new Problem.Violation(
                        pointer(mismatch),
                        "field.malformed",
                        "The value does not have the right form.",
                        form(mismatch.getTargetType()),
                        null,
                        "See the API's description for what belongs here.");
            case JsonMappingException mapping
            when mapping.getCause() instanceof JsonParseException cause -> malformed(cause);
            case JsonMappingException mapping ->
                new Problem.Violation(pointer(mapping), "field.invalid", "The value is not allowed.", null, null, null);
            default -> malformed(e);
        };
    }

    private static Problem.Violation malformed(JsonProcessingException e) {
        String place = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new Problem.Violation(
                "",
                "document.malformed",
                "The document is neither JSON nor YAML that can be read" + place + ".",
                null,
                null,
                "Check quotes, commas and brackets.");
    }

    private static String pointer(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> "/"
                        + (part.getFieldName() == null
                                ? Integer.toString(part.getIndex())
                                : part.getFieldName().replace("~", "~0").replace("/", "~1")))
                .collect(Collectors.joining());
    }

    private static String known(Collection<Object> names) {
        return names == null || names.isEmpty()
                ? null
                : names.stream().map(Objects::toString).sorted().collect(Collectors.joining(", ", "one of: ", ""));
    }

    private static String form(Class<?> type) {
        if (type == null) {
            return null;
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(Objects::toString)
                    .collect(Collectors.joining(", ", "one of: ", ""));
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return switch (type.getSimpleName()) {
            case "String", "CharSequence" -> "a string";
            case "Instant" -> "a time, RFC 3339, e.g. 2026-11-20T10:15:00Z";
            case "Duration" -> "a duration, ISO 8601, e.g. PT15M";
            case "UUID" -> "a UUID";
            case "boolean", "Boolean" -> "true or false";
            case "int", "Integer", "long", "Long", "BigInteger" -> "a whole number";
            case "double", "Double", "BigDecimal" -> "a number";
            default -> "an object";
        };
    }

    private static String shown(Object value) {
        String text = String.valueOf(value);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
