package dev.lifeboat.backup.replication;

import dev.lifeboat.backup.replication.Answers.Row;
import dev.lifeboat.backup.replication.ReplicationFaults.Doing;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection for physical replication: the server's WAL sender takes its commands, no SQL. For one thread, except that
 * {@link #close()} may come from any and ends whatever is going on, and that a {@link WalStream}'s status may be sent from
 * any. Everything that goes wrong is a {@link PostgresException} whose fault says whether it may pass.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">PostgreSQL: Streaming Replication
 *     Protocol</a>
 */
public final class ReplicationConnection implements AutoCloseable {
    private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");
    private static final Pattern VERSION = Pattern.compile("(\\d+).*", Pattern.DOTALL);
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(B|kB|MB|GB)?");

    private final Answers answers;
    private final int majorVersion;

    private ReplicationConnection(Answers answers, int majorVersion) {
        this.answers = answers;
        this.majorVersion = majorVersion;
    }

    /** Connects and logs in; the target's database is not looked at. */
    public static ReplicationConnection open(PostgresTarget target, ReplicationOptions options) {
        Login.Ready ready = new Login(target, options).open();
        Matcher version = VERSION.matcher(ready.serverVersion());
        if (!version.matches()) {
            closeQuietly(ready.wire());
            throw ReplicationFaults.protocol("a server_version", ready.serverVersion(), target);
        }
        return new ReplicationConnection(new Answers(ready.wire(), target), Integer.parseInt(version.group(1)));
    }

    /** Major version of the server, e.g. 15. */
    public int majorVersion() {
        return majorVersion;
    }

    /** Who answers, and how far it is. */
    public SystemIdentity identifySystem() {
        return reading(() -> {
            Row row = answers.askOne("IDENTIFY_SYSTEM", Doing.COMMAND);
            return new SystemIdentity(
                    row.required(0), Integer.parseUnsignedInt(row.required(1)), Lsn.parse(row.required(2)));
        });
    }

    /** Size of a WAL segment in bytes; chosen when the cluster was made. */
    public long walSegmentSize() {
        String said = show("wal_segment_size");
        Matcher size = SIZE.matcher(said);
        if (!size.matches()) {
            throw ReplicationFaults.protocol("a size", said, answers.target());
        }
        String unit = size.group(2) == null ? "B" : size.group(2);
        long factor =
                switch (unit) {
                    case "kB" -> 1L << 10;
                    case "MB" -> 1L << 20;
                    case "GB" -> 1L << 30;
                    default -> 1L;
                };
        return Long.parseLong(size.group(1)) * factor;
    }

    /** A setting of the server, as SHOW prints it. */
    public String show(String setting) {
        if (!setting.matches("[a-z_]+")) {
            throw new IllegalArgumentException("not the name of a setting: " + setting);
        }
        return reading(() -> answers.askOne("SHOW " + setting, Doing.COMMAND).required(0));
    }

    /** What is known about a physical slot; empty when there is none of that name. */
    public Optional<SlotState> readSlot(String slot) {
        requireSlotName(slot);
        if (majorVersion < 15) {
            return SlotQuery.read(answers.target(), slot);
        }
        return reading(() -> {
            Row row = answers.askOne("READ_REPLICATION_SLOT " + slot, Doing.SLOT);
            return row.text(0)
                    .map(type -> new SlotState(
                            row.text(1).map(Lsn::parse), row.text(2).map(Integer::parseUnsignedInt)));
        });
    }

    /** Makes a physical slot that reserves WAL from now on (from the last checkpoint). */
    public void createSlot(String slot) {
        requireSlotName(slot);
        String options = majorVersion < 15 ? "RESERVE_WAL" : "(RESERVE_WAL)";
        answers.ask("CREATE_REPLICATION_SLOT " + slot + " PHYSICAL " + options, Doing.SLOT);
    }

    /** Removes a slot; the server may then remove the WAL that it kept. */
    public void dropSlot(String slot) {
        requireSlotName(slot);
        answers.ask("DROP_REPLICATION_SLOT " + slot, Doing.SLOT);
    }

    /** The history file of a timeline, byte for byte. Timeline 1 has none. */
    public byte[] timelineHistory(int timeline) {
        return reading(() -> {
            Row row = answers.askOne("TIMELINE_HISTORY " + Integer.toUnsignedString(timeline), Doing.HISTORY);
            return row.fields().get(1).orElseThrow(Wire.MessageTooShort::new);
        });
    }

    /**
     * Begins to stream WAL.
     *
     * @param slot physical slot that is moved by what is acknowledged; none: WAL may be removed before it is sent
     * @param start first position wanted
     * @param timeline to stream; one that the server has left is streamed up to where it did
     * @param clock for the time of what is acknowledged
     */
    public WalStream startWal(Optional<String> slot, Lsn start, int timeline, InstantSource clock) {
        slot.ifPresent(ReplicationConnection::requireSlotName);
        String command = "START_REPLICATION" + slot.map(name -> " SLOT " + name).orElse("") + " PHYSICAL " + start
                + " TIMELINE " + Integer.toUnsignedString(timeline);
        return WalStream.start(answers, command, clock);
    }

    /**
     * Takes a base backup and hands it over as it comes.
     *
     * @return where it began and ended; WAL between the two is needed for it to be consistent
     */
    public BaseBackupResult baseBackup(BaseBackupRequest request, BaseBackupSink sink) {
        return new BaseBackup(answers, majorVersion, sink).run(request);
    }

    /** Ends the connection, whatever is going on. */
    @Override
    public void close() {
        closeQuietly(answers.wire());
    }

    private static void closeQuietly(Wire wire) {
        try {
            wire.close();
        } catch (IOException e) {
            // A socket that cannot even be closed is gone.
        }
    }

    private static void requireSlotName(String slot) {
        if (!SLOT.matcher(slot).matches()) {
            throw new IllegalArgumentException(
                    "not the name of a slot (lower-case letters, digits, _; at most 63): " + slot);
        }
    }

    private interface Reading<T> {
        T read();
    }

    /** An answer that is of another shape than it should is a fault of the server, not of ours. */
    private <T> T reading(Reading<T> action) {
        try {
            return action.read();
        } catch (Wire.MessageTooShort | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw ReplicationFaults.protocol(
                    "an answer as documented", String.valueOf(e.getMessage()), answers.target());
        }
    }
}
