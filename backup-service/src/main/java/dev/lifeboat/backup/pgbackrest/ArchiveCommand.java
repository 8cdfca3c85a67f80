package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.postgres.Identifiers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code archive_command} of ours: a line for the server's shell, which names our configuration of one cluster.
 *
 * @param clusterId whose archive it feeds
 * @param text the line
 * @see <a href="https://www.postgresql.org/docs/15/continuous-archiving.html#BACKUP-ARCHIVING-WAL">archiving WAL</a>
 */
record ArchiveCommand(UUID clusterId, String text) {
    private static final Pattern OURS =
            Pattern.compile("/pgbackrest/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/" + HostFolder.ARCHIVING);

    static ArchiveCommand of(UUID clusterId, Path program, Path config, String stanza) {
        return new ArchiveCommand(
                clusterId,
                quoted(program.toString()) + " " + quoted("--config=" + config) + " " + quoted("--stanza=" + stanza)
                        + " archive-push \"%p\"");
    }

    /** The cluster whose archive a command feeds, when it is one of ours. */
    static Optional<UUID> clusterOf(String command) {
        Matcher matcher = OURS.matcher(command);
        return matcher.find() ? Optional.of(UUID.fromString(matcher.group(1))) : Optional.empty();
    }

    /** What sets it, for a person or for us. */
    String sql() {
        return "ALTER SYSTEM SET archive_command = " + Identifiers.literal(text);
    }

    /** One word for a shell; the server puts a file's name for each percent sign and letter, two of them are one. */
    private static String quoted(String word) {
        String plain = word.replace("%", "%%");
        return plain.matches("[A-Za-z0-9_./=,:@+%-]+") ? plain : "'" + plain.replace("'", "'\\''") + "'";
    }
}
