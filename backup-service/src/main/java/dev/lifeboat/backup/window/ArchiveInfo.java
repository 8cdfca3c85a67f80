package dev.lifeboat.backup.window;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.secrets.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What pgBackRest's {@code archive.info} says: which database systems were archived under a stanza's name, and the
 * passphrase of an encrypted archive.
 *
 * @param systems oldest first; a second one after {@code stanza-upgrade}
 * @param passphrase that everything else in the archive is encrypted with; empty where nothing is
 */
record ArchiveInfo(List<ArchivedSystem> systems, Optional<Secret> passphrase) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A database system. */
    record ArchivedSystem(int id, String version, String systemIdentifier) {
        /** Name of its folder in the archive, e.g. {@code 15-1}. */
        String folder() {
            return version + "-" + id;
        }
    }

    /**
     * Reads the file, in clear.
     *
     * @throws IllegalArgumentException when it is none
     */
    static ArchiveInfo parse(byte[] file) {
        List<ArchivedSystem> systems = new ArrayList<>();
        Optional<Secret> passphrase = Optional.empty();
        String section = "";
        for (String line : new String(file, StandardCharsets.UTF_8).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (line.startsWith("[")) {
                section = line.strip();
            } else if (equals > 0) {
                String key = line.substring(0, equals).strip();
                String value = line.substring(equals + 1).strip();
                if (section.equals("[cipher]") && key.equals("cipher-pass")) {
                    passphrase = Optional.of(Secret.of(json(value).asText()));
                } else if (section.equals("[db:history]")) {
                    JsonNode system = json(value);
                    systems.add(new ArchivedSystem(
                            Integer.parseInt(key),
                            system.path("db-version").asText(),
                            system.path("db-id").asText()));
                }
            }
        }
        if (systems.isEmpty()) {
            throw new IllegalArgumentException("an archive.info without a database system");
        }
        systems.sort(Comparator.comparingInt(ArchivedSystem::id));
        return new ArchiveInfo(List.copyOf(systems), passphrase);
    }

    private static JsonNode json(String value) {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("a value of archive.info that is not JSON", broken);
        }
    }
}
