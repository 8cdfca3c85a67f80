package dev.lifeboat.backup.replication;

import dev.lifeboat.backup.replication.ReplicationFaults.Doing;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands and the rows that come back, over a connection that is not streaming. */
final class Answers {
    private final Wire wire;
    private final PostgresTarget target;

    Answers(Wire wire, PostgresTarget target) {
        this.wire = wire;
        this.target = target;
    }

    /**
     * A row; a field is empty where it is null.
     *
     * @param fields in the order of the columns
     */
    record Row(List<Optional<byte[]>> fields) {
        Optional<String> text(int column) {
            return fields.get(column).map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        }

        String required(int column) {
            return text(column).orElseThrow(Wire.MessageTooShort::new);
        }
    }

    Wire wire() {
        return wire;
    }

    PostgresTarget target() {
        return target;
    }

    void send(String command) throws IOException {
        wire.send('Q', Wire.string(command));
    }

    /** Sends a command and reads all that comes back, of however many results. */
    List<Row> ask(String command, Doing doing) {
        try {
            send(command);
            List<Row> rows = new ArrayList<>();
            while (true) {
                char type = wire.read();
                switch (type) {
                    case 'D' -> rows.add(row());
                    case 'Z' -> {
                        return rows;
                    }
                    case 'E' -> throw refused(doing);
                    case 'T', 'C', 'S', 'N', 'I' -> {
                        // The columns are known, and the rest says nothing that is needed.
                    }
                    default -> throw unexpected(type);
                }
            }
        } catch (IOException e) {
            throw ReplicationFaults.lost(e, target);
        }
    }

    /** The one row that a command answers with. */
    Row askOne(String command, Doing doing) {
        List<Row> rows = ask(command, doing);
        if (rows.size() != 1) {
            throw ReplicationFaults.protocol("one row", rows.size() + " rows", target);
        }
        return rows.getFirst();
    }

    /** Reads the rows of one result up to its end; what type the first message has, the caller has seen already. */
    List<Row> result(char first, Doing doing) throws IOException {
        List<Row> rows = new ArrayList<>();
        char type = first;
        while (true) {
            switch (type) {
                case 'D' -> rows.add(row());
                case 'C' -> {
                    return rows;
                }
                case 'E' -> throw refused(doing);
                case 'T', 'S', 'N' -> {
                    // As above.
                }
                default -> throw unexpected(type);
            }
            type = wire.read();
        }
    }

    /** Reads on until commands are taken again. */
    void awaitReady(Doing doing) throws IOException {
        while (true) {
            char type = wire.read();
            switch (type) {
                case 'Z' -> {
                    return;
                }
                case 'E' -> throw refused(doing);
                case 'C', 'S', 'N' -> {
                    // The tail of the command.
                }
                default -> throw unexpected(type);
            }
        }
    }

    /** The error that was just read. After a FATAL one the server is gone; otherwise commands are taken again. */
    PostgresException refused(Doing doing) throws IOException {
        ServerError error = wire.takeError();
        if (error.severity().equals("ERROR")) {
            char type = wire.read();
            while (type != 'Z') {
                type = wire.read();
            }
        }
        return ReplicationFaults.of(error, doing, target);
    }

    PostgresException unexpected(char type) {
        return ReplicationFaults.protocol("an answer to the command", "message " + type, target);
    }

    private Row row() {
        int columns = wire.takeShort();
        List<Optional<byte[]>> fields = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            int length = wire.takeInt();
            fields.add(length < 0 ? Optional.empty() : Optional.of(wire.takeBytes(length)));
        }
        return new Row(fields);
    }
}
