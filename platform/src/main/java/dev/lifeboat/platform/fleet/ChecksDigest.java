package dev.lifeboat.platform.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.fleet.CheckSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names the owner's checks as they were declared when a run began, so that who carries it out and who judges it speak of
 * the same ones: sha256 over their JSON, checks by name, fields by
 * name, absent ones left out, no spaces.
 */
public final class ChecksDigest {
    private ChecksDigest() {}

    /** The digest; that of an empty list when there are none. */
    public static String of(List<CheckSpec> checks) {
        List<Map<String, Object>> canonical = (checks == null ? List.<CheckSpec>of() : checks)
                .stream()
                        .sorted(Comparator.comparing(CheckSpec::name))
                        .map(ChecksDigest::fields)
                        .toList();
        try {
            byte[] text = EventJson.mapper().writeValueAsString(canonical).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("checks cannot be digested", e);
        }
    }

    private static Map<String, Object> fields(CheckSpec check) {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("name", check.name());
        fields.put("database", check.database());
        fields.put("sql", check.sql());
        fields.put("expect", check.expect());
        fields.put("required", !Boolean.FALSE.equals(check.required()));
        fields.values().removeIf(value -> value == null);
        return fields;
    }
}
