package dev.lifeboat.backup.replication;

import dev.lifeboat.backup.replication.Answers.Row;
import dev.lifeboat.backup.replication.ReplicationFaults.Doing;
import dev.lifeboat.platform.postgres.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * One timeline's WAL as it comes, until the timeline ends. {@link #next} is for one thread; a status may be sent from any.
 * After the end, or a fault, the stream is over; after the end, the connection takes commands again.
 */
public final class WalStream {
    /** PostgreSQL counts microseconds from here. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final Answers answers;
    private final Wire wire;
    private final InstantSource clock;
    private volatile long heard = System.nanoTime();
    private Optional<TimelineEnd> end = Optional.empty();

    private WalStream(Answers answers, InstantSource clock) {
        this.answers = answers;
        this.wire = answers.wire();
        this.clock = clock;
    }

    static WalStream start(Answers answers, String command, InstantSource clock) {
        WalStream stream = new WalStream(answers, clock);
        try {
            answers.send(command);
            stream.begin();
            return stream;
        } catch (IOException e) {
            throw ReplicationFaults.lost(e, answers.target());
        }
    }

    private void begin() throws IOException {
        while (true) {
            char type = wire.read();
            switch (type) {
                case 'W' -> {
                    return;
                }
                // The position asked for is where the timeline was left: nothing to stream.
                case 'T' -> {
                    ended(type);
                    return;
                }
                case 'E' -> throw answers.refused(Doing.STREAM);
                case 'S', 'N' -> {
                    // Nothing that is needed.
                }
                default -> throw answers.unexpected(type);
            }
        }
    }

    /**
     * Waits for the next message and hands it over.
     *
     * @return false when the timeline has ended; {@link #end()} says where
     * @throws IOException only what the handler threw
     */
    public boolean next(WalHandler handler) throws IOException {
        if (end.isPresent()) {
            return false;
        }
        char type = read();
        heard = System.nanoTime();
        switch (type) {
            case 'd' -> deliver(handler);
            case 'c' -> finish();
            case 'E' -> throw refused();
            case 'S', 'N' -> {
                // Notices and changed settings.
            }
            default -> throw answers.unexpected(type);
        }
        return end.isEmpty();
    }

    /** Where the timeline ended; empty while it has not. */
    public Optional<TimelineEnd> end() {
        return end;
    }

    /** How long the server has been silent. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heard);
    }

    /**
     * Tells the server how far we are. {@link Lsn#NONE} for what is not reported: it then moves no slot and lets no commit
     * go on.
     *
     * @param written received
     * @param flushed durable: the server may forget what is before it
     * @param applied replayed
     * @param replyRequested whether the server should answer at once
     */
    public void status(Lsn written, Lsn flushed, Lsn applied, boolean replyRequested) {
        byte[] message = ByteBuffer.allocate(34)
                .put((byte) 'r')
                .putLong(written.value())
                .putLong(flushed.value())
                .putLong(applied.value())
                .putLong(ChronoUnit.MICROS.between(EPOCH, clock.instant()))
                .put((byte) (replyRequested ? 1 : 0))
                .array();
        try {
            wire.send('d', message);
        } catch (IOException e) {
            throw ReplicationFaults.lost(e, answers.target());
        }
    }

    private char read() {
        try {
            return wire.read();
        } catch (IOException e) {
            throw ReplicationFaults.lost(e, answers.target());
        }
    }

    private RuntimeException refused() {
        try {
            return answers.refused(Doing.STREAM);
        } catch (IOException e) {
            return ReplicationFaults.lost(e, answers.target());
        }
    }

    private void deliver(WalHandler handler) throws IOException {
        try {
            byte kind = wire.takeByte();
            switch (kind) {
                case 'w' -> {
                    Lsn start = new Lsn(wire.takeLong());
                    Lsn walEnd = new Lsn(wire.takeLong());
                    wire.takeLong();
                    handler.wal(start, walEnd, wire.bytes(), wire.position(), wire.remaining());
                }
                case 'k' -> {
                    Lsn walEnd = new Lsn(wire.takeLong());
                    wire.takeLong();
                    handler.keepAlive(walEnd, wire.takeByte() == 1);
                }
                default -> throw answers.unexpected((char) kind);
            }
        } catch (Wire.MessageTooShort e) {
            throw ReplicationFaults.protocol("a message of WAL as documented", e.getMessage(), answers.target());
        }
    }

    private void finish() {
        try {
            wire.send('c', new byte[0]);
            char type = wire.read();
            // What was on its way when the end was said.
            while (type == 'd' || type == 'N' || type == 'S') {
                type = wire.read();
            }
            ended(type);
        } catch (IOException e) {
            throw ReplicationFaults.lost(e, answers.target());
        }
    }

    private void ended(char first) throws IOException {
        List<Row> rows = answers.result(first, Doing.STREAM);
        answers.awaitReady(Doing.STREAM);
        if (rows.size() != 1) {
            throw ReplicationFaults.protocol("the next timeline", rows.size() + " rows", answers.target());
        }
        Row row = rows.getFirst();
        end = Optional.of(new TimelineEnd(Integer.parseUnsignedInt(row.required(0)), Lsn.parse(row.required(1))));
    }
}
