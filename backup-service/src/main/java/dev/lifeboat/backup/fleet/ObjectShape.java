package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An object with known fields. A field that is {@code null} counts as absent. */
final class ObjectShape implements Shape {
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Set<String> ignored;
    private final List<Rule> rules = new ArrayList<>();

    /**
     * A field.
     *
     * @param fallback what stands in when it is absent; null for none
     */
    record Field(String name, boolean required, Shape shape, JsonNode fallback) {}

    /** About several fields together. */
    @FunctionalInterface
    interface Rule {
        /**
         * Says mistakes, and may fill in more.
         *
         * @param read those fields that are right
         * @param written the object as it was written
         */
        void check(ObjectNode read, JsonNode written, At at);
    }

    private ObjectShape(List<Field> fields, Set<String> ignored) {
        fields.forEach(field -> this.fields.put(field.name(), field));
        this.ignored = ignored;
    }

    static ObjectShape of(Field... fields) {
        return new ObjectShape(Arrays.asList(fields), Set.of());
    }

    static Field required(String name, Shape shape) {
        return new Field(name, true, shape, null);
    }

    static Field optional(String name, Shape shape) {
        return new Field(name, false, shape, null);
    }

    static Field optional(String name, Shape shape, String fallback) {
        return new Field(name, false, shape, JsonNodeFactory.instance.textNode(fallback));
    }

    static Field optional(String name, Shape shape, JsonNode fallback) {
        return new Field(name, false, shape, fallback);
    }

    /** The same, where these fields may stand and mean nothing: what an answer adds may come back in a request. */
    ObjectShape ignoring(Set<String> names) {
        ObjectShape same = new ObjectShape(List.copyOf(fields.values()), names);
        same.rules.addAll(rules);
        return same;
    }

    /** The same with one more rule. */
    ObjectShape with(Rule rule) {
        ObjectShape same = new ObjectShape(List.copyOf(fields.values()), ignored);
        same.rules.addAll(rules);
        same.rules.add(rule);
        return same;
    }

    @Override
    public JsonNode read(JsonNode node, At at) {
        if (!node.isObject()) {
            return at.mistake("field.type", "This must be an object.", "an object", Shape.kindOf(node), null);
        }
        sayUnknown(node, at);
        ObjectNode normalised = JsonNodeFactory.instance.objectNode();
        for (Field field : fields.values()) {
            JsonNode value = node.get(field.name());
            At place = at.field(field.name());
            if (value != null && !value.isNull()) {
                JsonNode read = field.shape().read(value, place);
                if (read != null) {
                    normalised.set(field.name(), read);
                }
            } else if (field.required()) {
                place.mistake("field.missing", "The field " + field.name() + " is missing.", field.name(), null, null);
            } else if (field.fallback() != null) {
                normalised.set(field.name(), field.fallback().deepCopy());
            }
        }
        rules.forEach(rule -> rule.check(normalised, node, at));
        return normalised;
    }

    private void sayUnknown(JsonNode node, At at) {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!fields.containsKey(name) && !ignored.contains(name)) {
                at.field(name)
                        .mistake(
                                "field.unknown",
                                "There is no field " + Shape.shown(name) + " here.",
                                "one of " + String.join(", ", fields.keySet()),
                                Shape.shown(name),
                                Spelling.suggestion(name, fields.keySet()));
            }
        }
    }
}
