package dev.lifeboat.backup.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.postgres.Lsn;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A base backup over the protocol, judged by PostgreSQL's own program. */
@Timeout(60)
class BaseBackupIT {
    private static Server server;

    @BeforeAll
    static void aServerWithATablespace() throws Exception {
        server = Server.primary("base-backup", Map.of());
        Path folder = LocalParts.shared().newFolder("space");
        ServerUser.current().own(folder, "rwx------");
        server.sql(
                "create tablespace elsewhere location '" + folder + "'",
                "create table far (id int) tablespace elsewhere",
                "insert into far select generate_series(1, 10000)");
    }

    @AfterAll
    static void end() {
        server.cluster().kill();
    }

    @Test
    void everyFileArrivesAsTheManifestSays() throws Exception {
        Received plain = take(BaseBackupRequest.of("it's plain"));
        assertThat(plain.names).hasSize(2).contains("base.tar").anyMatch(name -> name.matches("\\d+\\.tar"));
        assertThat(plain.locations).hasSize(1);
        assertThat(plain.tablespaces).hasSize(2);
        assertThat(plain.tablespaces.getLast().oid()).isEmpty();
        assertThat(plain.progress).isPositive();
        assertThat(plain.result.stop()).isGreaterThan(plain.result.start());
        assertThat(plain.result.timeline()).isEqualTo(1);
        verify(plain, "-xf");
    }

    @Test
    void theServerCompresses() throws Exception {
        Received compressed = take(BaseBackupRequest.of("compressed").compressed(1));
        assertThat(compressed.names).contains("base.tar.zst");
        verify(compressed, "--zstd -xf");
    }

    @Test
    void whatTheSinkThrowsEndsIt() {
        try (ReplicationConnection connection = server.connect("full disk")) {
            assertThatThrownBy(() -> connection.baseBackup(BaseBackupRequest.of("full"), new BaseBackupSink() {
                        @Override
                        public void started(Lsn start, int timeline, List<Tablespace> tablespaces) {}

                        @Override
                        public void archive(String name, Optional<String> location) {}

                        @Override
                        public void manifest() {}

                        @Override
                        public void data(byte[] bytes, int offset, int length) throws IOException {
                            throw new IOException("no space left");
                        }
                    }))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("no space left");
        }
    }

    private static Received take(BaseBackupRequest request) throws Exception {
        Path folder = LocalParts.shared().newFolder("received");
        try (ReplicationConnection connection = server.connect("backup");
                Received files = new Received(folder)) {
            files.result = connection.baseBackup(request, files);
            return files;
        }
    }

    private static void verify(Received files, String tar) throws Exception {
        Path data = LocalParts.shared().newFolder("extracted");
        sh("tar -C " + data + " " + tar + " "
                + files.folder.resolve(files.names.stream()
                        .filter(name -> name.startsWith("base"))
                        .findFirst()
                        .orElseThrow()));
        String space = files.names.stream()
                .filter(name -> !name.startsWith("base"))
                .findFirst()
                .orElseThrow();
        Path link = data.resolve("pg_tblspc").resolve(space.replaceAll("\\..*", ""));
        Files.createDirectories(link);
        sh("tar -C " + link + " " + tar + " " + files.folder.resolve(space));
        Files.copy(files.folder.resolve("manifest"), data.resolve("backup_manifest"));
        sh("chmod -R go+rX " + data);
        assertThat(Server.run(Map.of(), "pg_verifybackup", "--no-parse-wal", data.toString()))
                .contains("backup successfully verified");
    }

    private static void sh(String command) throws Exception {
        Process process =
                new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** Writes each archive to a file of its name. */
    private static final class Received implements BaseBackupSink, AutoCloseable {
        private final Path folder;
        private final List<String> names = new ArrayList<>();
        private final List<String> locations = new ArrayList<>();
        private List<Tablespace> tablespaces = List.of();
        private OutputStream into = OutputStream.nullOutputStream();
        private BaseBackupResult result;
        private long progress;

        Received(Path folder) {
            this.folder = folder;
        }

        @Override
        public void started(Lsn start, int timeline, List<Tablespace> some) {
            tablespaces = some;
        }

        @Override
        public void archive(String name, Optional<String> location) throws IOException {
            names.add(name);
            location.ifPresent(locations::add);
            begin(name);
        }

        @Override
        public void manifest() throws IOException {
            begin("manifest");
        }

        @Override
        public void data(byte[] bytes, int offset, int length) throws IOException {
            into.write(bytes, offset, length);
        }

        @Override
        public void progress(long bytesDone) {
            progress = bytesDone;
        }

        private void begin(String name) throws IOException {
            into.close();
            into = Files.newOutputStream(folder.resolve(name));
        }

        @Override
        public void close() throws IOException {
            into.close();
        }
    }
}
