package dev.lifeboat.backup.adoption;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What pgBackRest's {@code backup.info} says of the sets in a stanza.
 *
 * @param sets by label, in the order of the file, which is that of time
 */
record BackupInfo(Map<String, StoredSet> sets) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> TYPES =
            Map.of("full", "full", "diff", "differential", "incr", "incremental");

    /** A database system that a stanza holds backups of. */
    record SourceSystem(String version, String systemIdentifier) {
        int major() {
            return Integer.parseInt(version.split("\\.", 2)[0]);
        }
    }

    /**
     * One set.
     *
     * @param type {@code full}, {@code differential}, {@code incremental}
     * @param prior label of the set that it depends on
     * @param source whose backup it is
     */
    record StoredSet(
            String label,
            String type,
            Optional<String> prior,
            SourceSystem source,
            Instant startedAt,
            Instant completedAt,
            String startWal,
            String stopWal,
            String startLsn,
            String stopLsn,
            Long databaseBytes,
            Long storedBytes,
            boolean pageErrors,
            String toolVersion) {

        /** Of its end. */
        int timeline() {
            return Integer.parseUnsignedInt(stopWal.substring(0, 8), 16);
        }
    }

    BackupInfo {
        sets = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sets));
    }

    /** Labels of what a set depends on, oldest first; empty when one of them is not there. */
    Optional<List<String>> chain(StoredSet set) {
        List<String> prior = new ArrayList<>();
        Optional<String> next = set.prior();
        while (next.isPresent()) {
            StoredSet one = sets.get(next.get());
            if (one == null || prior.contains(one.label())) {
                return Optional.empty();
            }
            prior.addFirst(one.label());
            next = one.prior();
        }
        return Optional.of(List.copyOf(prior));
    }

    /**
     * Reads the file, in clear. Sets that say no WAL positions (backups of a stopped server) are left out.
     *
     * @throws IllegalArgumentException when it is none
     */
    static BackupInfo parse(byte[] file) {
        Map<Integer, SourceSystem> systems = new HashMap<>();
        Map<String, JsonNode> found = new LinkedHashMap<>();
        String section = "";
        for (String line : new String(file, StandardCharsets.UTF_8).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (line.startsWith("[")) {
                section = line.strip();
            } else if (equals > 0 && section.equals("[backup:current]")) {
                found.put(line.substring(0, equals).strip(), json(line.substring(equals + 1)));
            } else if (equals > 0 && section.equals("[db:history]")) {
                JsonNode system = json(line.substring(equals + 1));
                systems.put(
                        Integer.parseInt(line.substring(0, equals).strip()),
                        new SourceSystem(
                                system.path("db-version").asText(),
                                system.path("db-system-id").asText()));
            }
        }
        if (systems.isEmpty()) {
            throw new IllegalArgumentException("a backup.info without a database system");
        }
        Map<String, StoredSet> sets = new LinkedHashMap<>();
        found.forEach((label, set) -> {
            SourceSystem source = systems.get(set.path("db-id").asInt());
            if (source != null && set.hasNonNull("backup-lsn-stop") && set.hasNonNull("backup-archive-stop")) {
                sets.put(label, set(label, set, source));
            }
        });
        return new BackupInfo(sets);
    }

    private static StoredSet set(String label, JsonNode set, SourceSystem source) {
        String type = set.path("backup-type").asText();
        return new StoredSet(
                label,
                TYPES.getOrDefault(type, type),
                Optional.ofNullable(set.path("backup-prior").textValue()),
                source,
                Instant.ofEpochSecond(set.path("backup-timestamp-start").asLong()),
                Instant.ofEpochSecond(set.path("backup-timestamp-stop").asLong()),
                set.path("backup-archive-start").asText(),
                set.path("backup-archive-stop").asText(),
                set.path("backup-lsn-start").asText(),
                set.path("backup-lsn-stop").asText(),
                bytes(set.path("backup-info-size")),
                bytes(set.path("backup-info-repo-size")),
                set.path("backup-error").asBoolean(false),
                set.path("backrest-version").asText());
    }

    private static Long bytes(JsonNode number) {
        return number.isNumber() ? (Long) number.longValue() : null;
    }

    private static JsonNode json(String value) {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("a value of backup.info that is not JSON", broken);
        }
    }
}
