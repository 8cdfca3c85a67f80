package dev.lifeboat.backup.replication;

import java.util.OptionalInt;

/**
 * What base backup is wanted. The server's own WAL files are never in it: a stream brings them.
 *
 * @param label kept in {@code backup_label}
 * @param fastCheckpoint do not spread the checkpoint that it begins with
 * @param waitForArchive let the server wait until its archiver has the last segment; false where a stream takes the WAL
 * @param maxRateKilobytes so many KiB a second at most, 32 to 1048576; none: as fast as it goes
 * @param zstdLevel the server compresses at this level; none: plain tar. From version 15, where it was built with zstd
 * @param checksumAlgorithm of each file in the manifest: {@code SHA256}, {@code CRC32C}, {@code NONE}, ...
 */
public record BaseBackupRequest(
        String label,
        boolean fastCheckpoint,
        boolean waitForArchive,
        OptionalInt maxRateKilobytes,
        OptionalInt zstdLevel,
        String checksumAlgorithm) {
    public BaseBackupRequest {
        if (label.isEmpty() || label.indexOf('\0') >= 0 || label.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a label is one line");
        }
        if (!checksumAlgorithm.matches("[A-Z0-9]+")) {
            throw new IllegalArgumentException("not an algorithm: " + checksumAlgorithm);
        }
    }

    /** Fast, uncompressed, unthrottled, with SHA-256 in the manifest, not waiting for an archiver. */
    public static BaseBackupRequest of(String label) {
        return new BaseBackupRequest(label, true, false, OptionalInt.empty(), OptionalInt.empty(), "SHA256");
    }

    /** The same, compressed by the server. */
    public BaseBackupRequest compressed(int level) {
        return new BaseBackupRequest(
                label, fastCheckpoint, waitForArchive, maxRateKilobytes, OptionalInt.of(level), checksumAlgorithm);
    }

    /** The same, throttled. */
    public BaseBackupRequest throttled(int kilobytesPerSecond) {
        return new BaseBackupRequest(
                label,
                fastCheckpoint,
                waitForArchive,
                OptionalInt.of(kilobytesPerSecond),
                zstdLevel,
                checksumAlgorithm);
    }

    /** The command, in the grammar of that version. */
    String command(int majorVersion) {
        String quoted = "'" + label.replace("'", "''") + "'";
        if (majorVersion < 15) {
            if (zstdLevel.isPresent()) {
                throw new IllegalArgumentException("the server compresses from version 15 on");
            }
            return "BASE_BACKUP LABEL " + quoted + " PROGRESS" + (fastCheckpoint ? " FAST" : "")
                    + (waitForArchive ? "" : " NOWAIT") + number(" MAX_RATE ", maxRateKilobytes)
                    + " TABLESPACE_MAP MANIFEST 'yes' MANIFEST_CHECKSUMS '" + checksumAlgorithm + "'";
        }
        return "BASE_BACKUP (LABEL " + quoted + ", PROGRESS true, CHECKPOINT '" + (fastCheckpoint ? "fast" : "spread")
                + "', WAIT " + waitForArchive + number(", MAX_RATE ", maxRateKilobytes)
                + ", TABLESPACE_MAP true, MANIFEST 'yes', MANIFEST_CHECKSUMS '" + checksumAlgorithm + "'"
                + (zstdLevel.isPresent()
                        ? ", COMPRESSION 'zstd', COMPRESSION_DETAIL 'level=" + zstdLevel.getAsInt() + "'"
                        : "")
                + ")";
    }

    private static String number(String option, OptionalInt value) {
        return value.isPresent() ? option + value.getAsInt() : "";
    }
}
