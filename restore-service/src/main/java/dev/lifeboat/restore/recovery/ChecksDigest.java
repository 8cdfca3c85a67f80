package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.fleet.CheckSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Names the owner's checks as they were declared when a run began: sha256 over their JSON, checks by name, fields by
 * name, absent ones left out, no spaces.
 */
public final class ChecksDigest {
    private static final ObjectMapper CANONICAL = EventJson.mapper()
            .copy()
            .configure(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, true)
            .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private ChecksDigest() {}

    /** The digest; that of an empty list when there are none. */
    public static String of(List<CheckSpec> checks) {
        List<CheckSpec> sorted = checks == null
                ? List.of()
                : checks.stream().sorted(Comparator.comparing(CheckSpec::name)).toList();
        try {
            byte[] text = CANONICAL.writeValueAsString(sorted).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("checks cannot be digested", e);
        }
    }
}
