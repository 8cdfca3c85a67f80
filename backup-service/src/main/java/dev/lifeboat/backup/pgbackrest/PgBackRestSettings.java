package dev.lifeboat.backup.pgbackrest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How pgBackRest is run. */
@ConfigMapping(prefix = "lifeboat.pgbackrest")
public interface PgBackRestSettings {

    /** The program: an absolute path, or a name in PATH. */
    @WithDefault("pgbackrest")
    String program();

    /** Codec: {@code zst}, {@code gz}, {@code lz4}, {@code bz2} or {@code none}. */
    @WithDefault("zst")
    String compressType();

    /** Level of the codec; the codec's default unless given. */
    OptionalInt compressLevel();

    /** How long a backup waits until the WAL that it needs is in the repository. */
    @WithDefault("PT1M")
    Duration archiveTimeout();

    /**
     * How long pgBackRest waits for an object store's answer. It tries four times: a store that is away is noticed after
     * four times this.
     */
    @WithDefault("PT15S")
    Duration ioTimeout();

    /** How often a backup is begun before a fault that might have passed counts as failed. */
    @WithDefault("8")
    int attempts();
}
