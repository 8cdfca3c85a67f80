package dev.lifeboat.backup.physical;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.replication.BaseBackupRequest;
import dev.lifeboat.backup.replication.BaseBackupResult;
import dev.lifeboat.backup.replication.ReplicationConnection;
import dev.lifeboat.platform.postgres.PostgresException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/** Asks the server for its files and takes them in; compressed by the server where it can do that. */
final class BaseBackupReception {
    private static final int MULTIPLEXED_SINCE = 15;
    private static final int LEVEL = 1;
    private static final String CANNOT = "postgres.not-supported";

    private final Job job;
    private final PhysicalKeys keys;
    private final long epoch;
    private final Deposits deposits;
    private final ArchiveCheck check;
    private final PhysicalConfig config;
    private final BiConsumer<ArrivingArchives, ArchiveCheck> follower;

    /** @param follower is told what is under way, to ask it how far it is */
    BaseBackupReception(
            Job job,
            PhysicalKeys keys,
            long epoch,
            Deposits deposits,
            ArchiveCheck check,
            PhysicalConfig config,
            BiConsumer<ArrivingArchives, ArchiveCheck> follower) {
        this.job = job;
        this.keys = keys;
        this.epoch = epoch;
        this.deposits = deposits;
        this.check = check;
        this.config = config;
        this.follower = follower;
    }

    /** All is stored; the archives' lengths are what the check says. */
    record Received(BaseBackupResult result, ArrivingArchives archives) {}

    Received receive(ReplicationConnection connection, Path manifest) throws IOException {
        boolean since15 = connection.majorVersion() >= MULTIPLEXED_SINCE;
        if (since15 && config.serverCompression()) {
            try (ArrivingArchives archives = arriving(manifest, true, true)) {
                return receive(connection, archives, request().compressed(LEVEL));
            } catch (PostgresException refused) {
                // A server that was built without zstd says so before it begins; the connection takes commands again.
                if (!refused.fault().code().equals(CANNOT)) {
                    throw refused;
                }
            }
        }
        try (ArrivingArchives archives = arriving(manifest, false, since15)) {
            return receive(connection, archives, request());
        }
    }

    private ArrivingArchives arriving(Path manifest, boolean compressedByServer, boolean endMarked) {
        return new ArrivingArchives(deposits, keys, epoch, check, manifest, compressedByServer, endMarked);
    }

    private Received receive(ReplicationConnection connection, ArrivingArchives archives, BaseBackupRequest request)
            throws IOException {
        follower.accept(archives, check);
        BaseBackupResult result = connection.baseBackup(request, archives);
        archives.finish();
        return new Received(result, archives);
    }

    private BaseBackupRequest request() {
        Integer rate = job.policy().maxRate();
        return new BaseBackupRequest(
                "lifeboat " + job.backupId(),
                !"spread".equals(job.policy().checkpoint()),
                false,
                rate == null ? OptionalInt.empty() : OptionalInt.of(rate),
                OptionalInt.empty(),
                "SHA256");
    }
}
