package dev.lifeboat.backup.replication;

import dev.lifeboat.backup.replication.Answers.Row;
import dev.lifeboat.backup.replication.BaseBackupSink.Tablespace;
import dev.lifeboat.backup.replication.ReplicationFaults.Doing;
import dev.lifeboat.platform.postgres.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The two shapes in which a base backup comes: from version 15 one stream that holds all archives and the manifest, before
 * that a stream for each.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html#PROTOCOL-REPLICATION-BASE-BACKUP">PostgreSQL:
 *     BASE_BACKUP</a>
 */
final class BaseBackup {
    private final Answers answers;
    private final Wire wire;
    private final int majorVersion;
    private final BaseBackupSink sink;

    BaseBackup(Answers answers, int majorVersion, BaseBackupSink sink) {
        this.answers = answers;
        this.wire = answers.wire();
        this.majorVersion = majorVersion;
        this.sink = sink;
    }

    BaseBackupResult run(BaseBackupRequest request) {
        try {
            answers.send(request.command(majorVersion));
            Row start = one(answers.result(wire.read(), Doing.BASE_BACKUP));
            List<Tablespace> tablespaces = answers.result(wire.read(), Doing.BASE_BACKUP).stream()
                    .map(BaseBackup::tablespace)
                    .toList();
            Lsn startLsn = Lsn.parse(start.required(0));
            int timeline = Integer.parseUnsignedInt(start.required(1));
            taking(() -> sink.started(startLsn, timeline, tablespaces));
            if (majorVersion < 15) {
                for (Tablespace tablespace : tablespaces) {
                    String name = tablespace.oid().orElse("base") + ".tar";
                    taking(() -> sink.archive(name, tablespace.location()));
                    copy(false);
                }
                taking(sink::manifest);
                copy(false);
            } else {
                copy(true);
            }
            Row stop = one(answers.result(wire.read(), Doing.BASE_BACKUP));
            answers.awaitReady(Doing.BASE_BACKUP);
            return new BaseBackupResult(startLsn, Lsn.parse(stop.required(0)), timeline);
        } catch (Refused e) {
            throw e.getCause() instanceof IOException cause
                    ? new UncheckedIOException("the base backup could not be taken in", cause)
                    : (RuntimeException) e.getCause();
        } catch (IOException e) {
            throw ReplicationFaults.lost(e, answers.target());
        } catch (Wire.MessageTooShort | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw ReplicationFaults.protocol("a base backup as documented", String.valueOf(e), answers.target());
        }
    }

    private static Tablespace tablespace(Row row) {
        return new Tablespace(
                row.text(0),
                row.text(1),
                // In KiB, and only where progress was asked for.
                row.text(2)
                        .map(size -> OptionalLong.of(Long.parseLong(size) * 1024))
                        .orElse(OptionalLong.empty()));
    }

    private Row one(List<Row> rows) {
        if (rows.size() != 1) {
            throw ReplicationFaults.protocol("one position", rows.size() + " rows", answers.target());
        }
        return rows.getFirst();
    }

    private void copy(boolean multiplexed) throws IOException {
        char type = wire.read();
        while (type == 'N' || type == 'S') {
            type = wire.read();
        }
        if (type == 'E') {
            throw answers.refused(Doing.BASE_BACKUP);
        }
        if (type != 'H') {
            throw answers.unexpected(type);
        }
        while (true) {
            type = wire.read();
            switch (type) {
                case 'd' -> {
                    if (multiplexed) {
                        part();
                    } else {
                        data();
                    }
                }
                case 'c' -> {
                    return;
                }
                case 'E' -> throw answers.refused(Doing.BASE_BACKUP);
                case 'N', 'S' -> {
                    // A warning about a checksum of a page stands in the server's log, too.
                }
                default -> throw answers.unexpected(type);
            }
        }
    }

    private void part() {
        byte kind = wire.takeByte();
        switch (kind) {
            case 'd' -> data();
            case 'p' -> {
                long done = wire.takeLong();
                taking(() -> sink.progress(done));
            }
            case 'm' -> taking(sink::manifest);
            case 'n' -> {
                String name = wire.takeString();
                Optional<String> location = Optional.of(wire.takeString()).filter(text -> !text.isEmpty());
                taking(() -> sink.archive(name, location));
            }
            default -> throw answers.unexpected((char) kind);
        }
    }

    private void data() {
        taking(() -> sink.data(wire.bytes(), wire.position(), wire.remaining()));
    }

    private interface Taking {
        void take() throws IOException;
    }

    /** Keeps what the sink meets apart from what the connection meets. */
    private static void taking(Taking action) {
        try {
            action.take();
        } catch (IOException | RuntimeException e) {
            throw new Refused(e);
        }
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(Exception cause) {
            super(cause);
        }
    }
}
