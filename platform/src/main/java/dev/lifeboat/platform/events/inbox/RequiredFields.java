package dev.lifeboat.platform.events.inbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds what a schema requires and a JSON {@code null} stands for: Jackson refuses only what is absent. */
final class RequiredFields {
    private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

    private record Field(RecordComponent component, boolean required) {}

    private RequiredFields() {}

    /** JSON pointer to the first that is missing; empty when all are there. */
    static Optional<String> missing(Object value) {
        return missing(value, "");
    }

    private static Optional<String> missing(Object value, String pointer) {
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                Optional<String> found = missing(list.get(i), pointer + "/" + i);
                if (found.isPresent()) {
                    return found;
                }
            }
        } else if (value instanceof Record record) {
            for (Field field : FIELDS.computeIfAbsent(record.getClass(), RequiredFields::fields)) {
                String at = pointer + "/" + field.component().getName();
                Object inner = read(field.component(), record);
                if (inner == null && field.required()) {
                    return Optional.of(at);
                }
                Optional<String> found = missing(inner, at);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static List<Field> fields(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(component -> new Field(component, required(component)))
                .toList();
    }

    /** {@code JsonProperty} has no record component as a target; the compiler hands it to field and accessor. */
    private static boolean required(RecordComponent component) {
        JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
        return property != null && property.required();
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
