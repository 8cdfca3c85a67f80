package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** pgBackRest's archive-push over a folder that looks like a data directory whose archiver has fallen behind. */
final class ArchivePush {
    private final Server server;
    private final Path folder;
    private final String name;
    private final ServerUser user = ServerUser.current();

    ArchivePush(Server server, Path folder, String name) {
        this.server = server;
        this.folder = folder;
        this.name = name;
    }

    double push(Lsn from, Lsn end) throws Exception {
        Path data = folder.resolve("data");
        Path wal = data.resolve("pg_wal");
        user.own(data, "rwx------");
        for (Path each : List.of(
                wal,
                wal.resolve("archive_status"),
                data.resolve("global"),
                folder.resolve("log"),
                folder.resolve("spool"),
                folder.resolve("lock"))) {
            user.own(each, "rwx------");
        }
        copy(server.cluster().dataDirectory().resolve("global/pg_control"), data.resolve("global/pg_control"));
        copy(server.cluster().dataDirectory().resolve("PG_VERSION"), data.resolve("PG_VERSION"));
        List<String> segments = new ArrayList<>();
        for (WalSegment segment = WalSegment.containing(1, from, WalStage.SEGMENT);
                segment.start().isBefore(end);
                segment = segment.next()) {
            segments.add(segment.name());
            Files.createLink(wal.resolve(segment.name()), server.wal(segment.name()));
            Path ready = wal.resolve("archive_status").resolve(segment.name() + ".ready");
            Files.createFile(ready);
            user.own(ready);
        }
        Path config = folder.resolve("pgbackrest.conf");
        Files.writeString(config, config(data));
        user.own(config);
        run(List.of("pgbackrest", "--config=" + config, "--stanza=rates", "--no-online", "stanza-create"));
        // As the archiver does it: one after the other, each a process.
        Path script = folder.resolve("archiver.sh");
        Files.writeString(
                script,
                "set -eu\nwhile read -r segment; do\n  pgbackrest --config=" + config + " --stanza=rates archive-push "
                        + wal + "/\"$segment\"\n  mv " + wal + "/archive_status/\"$segment\".ready " + wal
                        + "/archive_status/\"$segment\".done\ndone <<'SEGMENTS'\n" + String.join("\n", segments)
                        + "\nSEGMENTS\n");
        user.own(script);
        long begin = System.nanoTime();
        run(List.of("bash", script.toString()));
        double took = WalContenders.since(begin);
        new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
        return took;
    }

    private String config(Path data) {
        S3Endpoint east = LocalParts.shared().east();
        URI endpoint = URI.create(east.endpoint());
        return """
                [global]
                repo1-type=s3
                repo1-path=/%s
                repo1-s3-endpoint=%s
                repo1-storage-port=%d
                repo1-s3-region=%s
                repo1-s3-bucket=%s
                repo1-s3-key=%s
                repo1-s3-key-secret=%s
                repo1-s3-uri-style=path
                repo1-storage-ca-file=%s
                compress-type=zst
                compress-level=1
                archive-async=y
                process-max=2
                spool-path=%s
                log-path=%s
                lock-path=%s
                log-level-console=warn
                log-level-file=off
                [rates]
                pg1-path=%s
                """
                .formatted(
                        name,
                        endpoint.getHost(),
                        endpoint.getPort(),
                        east.region(),
                        east.bucket(),
                        east.accessKey(),
                        east.secretKey(),
                        east.caFile(),
                        folder.resolve("spool"),
                        folder.resolve("log"),
                        folder.resolve("lock"),
                        data);
    }

    private void copy(Path from, Path to) throws IOException {
        Files.copy(from, to);
        user.own(to);
    }

    private void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(user.running(command))
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }
}
