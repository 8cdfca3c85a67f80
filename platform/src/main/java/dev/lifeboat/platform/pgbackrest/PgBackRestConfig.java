package dev.lifeboat.platform.pgbackrest;

import dev.lifeboat.schemas.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A configuration of pgBackRest for one stanza and one server: a pure function of what is declared. Nothing expires by
 * itself, a backup does not wait for the next checkpoint, and small files are stored in bundles. With several repositories
 * the server archives asynchronously: otherwise WAL gets only one segment further in the others while one is away.
 *
 * @param stanza name of the stanza
 * @param server the server that is backed up, or the folder that is restored into
 * @param repositories where backups and WAL lie, in the order of their numbers: repo1, repo2, and so on
 * @param folders that it works in; to be owned by whoever runs it
 * @param tuning how fast, how small
 * @see <a href="https://pgbackrest.org/configuration.html">pgBackRest configuration reference</a>
 */
public record PgBackRestConfig(
        String stanza, Server server, List<PgBackRestRepository> repositories, Folders folders, Tuning tuning) {

    /** Keeps all fulls, and says nothing about it; what expires is decided by Lifeboat. */
    private static final String KEEP_ALL = "9999999";

    private static final String ARCHIVERS = "4";

    /** At least one repository. */
    public PgBackRestConfig {
        repositories = List.copyOf(repositories);
        if (repositories.isEmpty()) {
            throw new IllegalArgumentException("no repository for stanza " + stanza);
        }
    }

    /** With one repository. */
    public PgBackRestConfig(
            String stanza, Server server, PgBackRestRepository repository, Folders folders, Tuning tuning) {
        this(stanza, server, List.of(repository), folders, tuning);
    }

    /**
     * A server.
     *
     * @param dataDirectory of the server
     * @param port that it listens on; not needed to restore
     * @param user role to connect as; not needed to restore
     * @param database to connect to; not needed to restore
     * @param socketDirectory of its Unix socket; none: what the environment says (PGHOST), which may be TCP
     */
    public record Server(
            Path dataDirectory,
            OptionalInt port,
            Optional<String> user,
            Optional<String> database,
            Optional<Path> socketDirectory) {

        /** A folder to restore into. */
        public static Server restoredTo(Path dataDirectory) {
            return new Server(dataDirectory, OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** Folders for locks, logs and asynchronous archiving. Keyed by stanza: never shared with a sandbox. */
    public record Folders(Path lock, Path log, Path spool) {

        /** {@code lock}, {@code log} and {@code spool} below one folder. */
        public static Folders below(Path folder) {
            return new Folders(folder.resolve("lock"), folder.resolve("log"), folder.resolve("spool"));
        }
    }

    /**
     * How fast, how small.
     *
     * @param compressType {@code zst}, {@code gz}, {@code lz4}, {@code bz2} or {@code none}
     * @param compressLevel the codec's own default where it is not given
     * @param processMax parallel workers
     * @param archiveTimeout how long a backup waits for WAL to arrive
     * @param ioTimeout how long it waits for an object store's answer; it tries four times before it says that the store
     *     is away. Its own default is a minute
     */
    public record Tuning(
            String compressType,
            OptionalInt compressLevel,
            int processMax,
            Duration archiveTimeout,
            Optional<Duration> ioTimeout) {

        /** Waits for a store as long as pgBackRest does by itself. */
        public Tuning(String compressType, OptionalInt compressLevel, int processMax, Duration archiveTimeout) {
            this(compressType, compressLevel, processMax, archiveTimeout, Optional.empty());
        }
    }

    /** Without secrets, for commands that get them by environment. */
    public String text() {
        return render(Map.of());
    }

    /** With secrets: for a file that only the server's operating-system user can read. */
    public String textWith(PgBackRestSecrets secrets) {
        return textWith(List.of(secrets));
    }

    /** With the secrets of each repository, in the repositories' order. */
    public String textWith(List<PgBackRestSecrets> secrets) {
        if (secrets.size() != repositories.size()) {
            throw new IllegalArgumentException("secrets for " + secrets.size() + " of " + repositories.size());
        }
        Map<String, String> revealed = new LinkedHashMap<>();
        for (int number = 1; number <= secrets.size(); number++) {
            secrets.get(number - 1).options(number).forEach((option, secret) -> revealed.put(option, secret.reveal()));
        }
        return render(revealed);
    }

    private String render(Map<String, String> secrets) {
        Map<String, String> global = new LinkedHashMap<>();
        for (int number = 1; number <= repositories.size(); number++) {
            put(global, "repo" + number + "-", repositories.get(number - 1));
        }
        global.putAll(secrets);
        if (repositories.size() > 1) {
            global.put("archive-async", "y");
        }
        global.put("compress-type", tuning.compressType());
        tuning.compressLevel().ifPresent(level -> global.put("compress-level", Integer.toString(level)));
        global.put("process-max", Integer.toString(tuning.processMax()));
        global.put("archive-timeout", Long.toString(tuning.archiveTimeout().toSeconds()));
        tuning.ioTimeout().ifPresent(timeout -> global.put("io-timeout", Long.toString(timeout.toSeconds())));
        global.put("start-fast", "y");
        global.put("expire-auto", "n");
        global.put("lock-path", folders.lock().toString());
        global.put("log-path", folders.log().toString());
        global.put("spool-path", folders.spool().toString());
        // Its log is kept by whoever runs it: the service, or the server for archive_command.
        global.put("log-level-file", "off");
        global.put("log-level-console", "off");
        global.put("log-level-stderr", "warn");

        Map<String, String> section = new LinkedHashMap<>();
        section.put("pg1-path", server.dataDirectory().toString());
        server.port().ifPresent(port -> section.put("pg1-port", Integer.toString(port)));
        server.user().ifPresent(user -> section.put("pg1-user", user));
        server.database().ifPresent(database -> section.put("pg1-database", database));
        server.socketDirectory().ifPresent(folder -> section.put("pg1-socket-path", folder.toString()));

        StringBuilder text = new StringBuilder("# Written by Lifeboat; changes are overwritten.\n[global]\n");
        global.forEach((option, value) -> append(text, option, value));
        if (repositories.size() > 1) {
            // Segments side by side: each waits for the repository that is away before its worker takes the next.
            text.append("\n[global:archive-push]\n");
            append(text, "process-max", ARCHIVERS);
        }
        text.append("\n[").append(stanza).append("]\n");
        section.forEach((option, value) -> append(text, option, value));
        return text.toString();
    }

    private static void put(Map<String, String> global, String repo, PgBackRestRepository repository) {
        global.put(repo + "type", "s3");
        global.put(repo + "s3-endpoint", repository.endpoint());
        global.put(repo + "s3-region", repository.region());
        global.put(repo + "s3-bucket", repository.bucket());
        global.put(repo + "s3-uri-style", repository.pathStyle() ? "path" : "host");
        repository.caFile().ifPresent(file -> global.put(repo + "storage-ca-file", file.toString()));
        global.put(repo + "path", repository.path());
        global.put(repo + "bundle", "y");
        global.put(repo + "retention-full", KEEP_ALL);
        if (repository.encrypted()) {
            global.put(repo + "cipher-type", "aes-256-cbc");
        }
    }

    /** A line of the file is one option: what would end the line, or be stripped, cannot be said in it. */
    private static void append(StringBuilder text, String option, String value) {
        if (value.isEmpty() || !value.equals(value.strip()) || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new PgBackRestException(
                    "Configuring pgBackRest",
                    PgBackRestFault.fatal(new Failure(
                            "pgbackrest.value-unusable",
                            "A value cannot stand in a configuration of pgBackRest.",
                            "no blank at either end, no line break",
                            option,
                            "Correct what the cluster or repository declares for it.")));
        }
        text.append(option).append('=').append(value).append('\n');
    }
}
