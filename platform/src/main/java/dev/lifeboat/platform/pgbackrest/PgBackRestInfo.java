package dev.lifeboat.platform.pgbackrest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code pgbackrest info --output=json} says of one stanza.
 *
 * @param stanza its name
 * @param incarnations servers that were backed up under this name, oldest first; more than one after stanza-upgrade
 * @param sets backups, oldest first
 * @param locked whether somebody on this host is taking or expiring a backup of it now
 */
public record PgBackRestInfo(String stanza, List<Incarnation> incarnations, List<Set> sets, boolean locked) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OTHER = 99;

    /** A server under the stanza's name. */
    public record Incarnation(int id, int repository, String systemIdentifier, String version) {}

    /**
     * A backup set.
     *
     * @param label e.g. {@code 20261121-070105F}
     * @param type {@code full}, {@code diff} or {@code incr}
     * @param prior label of the set that it builds on
     * @param references labels of all sets whose files it needs
     * @param annotations that were given to it
     * @param damagedPages whether pages with a wrong checksum were found in the server's files
     * @param incarnation {@link Incarnation#id}
     * @param repository number of the repository
     * @param databaseBytes size of what was backed up
     * @param storedBytes what this set alone added to the repository, where the version says so
     */
    public record Set(
            String label,
            String type,
            Optional<String> prior,
            List<String> references,
            Map<String, String> annotations,
            boolean damagedPages,
            int incarnation,
            int repository,
            String startWal,
            String stopWal,
            String startLsn,
            String stopLsn,
            Instant startedAt,
            Instant completedAt,
            long databaseBytes,
            OptionalLong storedBytes,
            String toolVersion) {

        /** The timeline on which it ended: the first eight hexadecimal digits of a segment's name. */
        public int timeline() {
            return Integer.parseUnsignedInt(stopWal.substring(0, 8), 16);
        }
    }

    /**
     * Reads the answer for one stanza; one that the repository does not hold has no sets.
     *
     * @throws PgBackRestException if pgBackRest could not look into the repository: it says that within its answer
     */
    public static PgBackRestInfo parse(String stanza, String answer) {
        JsonNode all;
        try {
            all = JSON.readTree(answer);
        } catch (JsonProcessingException noJson) {
            throw unreadable(answer, noJson);
        }
        for (JsonNode one : all) {
            if (one.path("name").asText().equals(stanza)) {
                return stanza(one);
            }
        }
        return new PgBackRestInfo(stanza, List.of(), List.of(), false);
    }

    private static PgBackRestInfo stanza(JsonNode node) {
        for (JsonNode repository : node.path("repo")) {
            if (repository.path("status").path("code").asInt() == OTHER) {
                throw new PgBackRestException(
                        "Looking into the repository",
                        PgBackRestErrors.fault(PgBackRestSaid.inInfo(
                                repository.path("status").path("message").asText())));
            }
        }
        List<Incarnation> incarnations = new ArrayList<>();
        node.path("db")
                .forEach(db -> incarnations.add(new Incarnation(
                        db.path("id").asInt(),
                        db.path("repo-key").asInt(),
                        db.path("system-id").asText(),
                        db.path("version").asText())));
        List<Set> sets = new ArrayList<>();
        node.path("backup").forEach(backup -> sets.add(set(backup)));
        sets.sort(Comparator.comparing(Set::completedAt).thenComparing(Set::label));
        return new PgBackRestInfo(
                node.path("name").asText(),
                List.copyOf(incarnations),
                List.copyOf(sets),
                node.path("status").path("lock").path("backup").path("held").asBoolean());
    }

    private static Set set(JsonNode backup) {
        JsonNode info = backup.path("info");
        JsonNode stored = info.path("repository").path("delta");
        List<String> references = new ArrayList<>();
        backup.path("reference").forEach(label -> references.add(label.asText()));
        Map<String, String> annotations = new LinkedHashMap<>();
        backup.path("annotation")
                .properties()
                .forEach(entry ->
                        annotations.put(entry.getKey(), entry.getValue().asText()));
        return new Set(
                backup.path("label").asText(),
                backup.path("type").asText(),
                Optional.ofNullable(backup.path("prior").textValue()),
                List.copyOf(references),
                Map.copyOf(annotations),
                backup.path("error").asBoolean(),
                backup.path("database").path("id").asInt(),
                backup.path("database").path("repo-key").asInt(),
                backup.path("archive").path("start").textValue(),
                backup.path("archive").path("stop").textValue(),
                backup.path("lsn").path("start").textValue(),
                backup.path("lsn").path("stop").textValue(),
                Instant.ofEpochSecond(backup.path("timestamp").path("start").asLong()),
                Instant.ofEpochSecond(backup.path("timestamp").path("stop").asLong()),
                info.path("size").asLong(),
                stored.isNumber() ? OptionalLong.of(stored.asLong()) : OptionalLong.empty(),
                backup.path("backrest").path("version").asText());
    }

    private static PgBackRestException unreadable(String answer, JsonProcessingException noJson) {
        PgBackRestException unreadable = new PgBackRestException(
                "Reading what pgBackRest says of its repository",
                PgBackRestFault.fatal(
                        "pgbackrest.info-unreadable",
                        "pgBackRest's answer is not JSON.",
                        "a JSON list",
                        answer.substring(0, Math.min(200, answer.length())),
                        "Report it, with the version of pgBackRest."));
        unreadable.addSuppressed(noJson);
        return unreadable;
    }

    /** The set of that label. */
    public Optional<Set> set(String label) {
        return sets.stream().filter(set -> set.label().equals(label)).findFirst();
    }

    /** The newest set that has this annotation. */
    public Optional<Set> annotated(String key, String value) {
        return sets.stream()
                .filter(set -> value.equals(set.annotations().get(key)))
                .reduce((older, newer) -> newer);
    }

    /** Labels of all that a set builds on, oldest first, itself left out. */
    public List<String> chain(Set set) {
        Map<String, Set> byLabel = sets.stream().collect(Collectors.toMap(Set::label, Function.identity()));
        List<String> chain = new ArrayList<>();
        for (Optional<String> prior = set.prior();
                prior.isPresent() && !chain.contains(prior.get());
                prior = Optional.ofNullable(byLabel.get(prior.get())).flatMap(Set::prior)) {
            chain.addFirst(prior.get());
        }
        return chain;
    }

    /** All sets that build on the one of that label, directly or not, oldest first. */
    public List<Set> dependants(String label) {
        return sets.stream().filter(set -> chain(set).contains(label)).toList();
    }

    /** Full backups, oldest first. */
    public Stream<Set> fulls() {
        return sets.stream().filter(set -> set.type().equals("full"));
    }

    /** The server that a set is of. */
    public Optional<Incarnation> incarnation(Set set) {
        return incarnations.stream()
                .filter(server -> server.id() == set.incarnation() && server.repository() == set.repository())
                .findFirst();
    }
}
