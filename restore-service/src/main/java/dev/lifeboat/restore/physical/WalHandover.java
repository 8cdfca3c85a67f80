package dev.lifeboat.restore.physical;

import dev.lifeboat.restore.physical.WalPath.Stretch;
import dev.lifeboat.restore.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The folder through which a server gets its WAL, and the script that it runs for each file. The script takes what is ready.
 * For what is still to come it waits, however long the store does not answer: only what will never come is "not there". Each
 * segment is handed over once; the server keeps it in {@code pg_wal}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-RESTORE-COMMAND">restore_command</a>
 */
final class WalHandover {
    private final Sandbox sandbox;
    private final Path folder;

    private WalHandover(Sandbox sandbox, Path folder) {
        this.sandbox = sandbox;
        this.folder = folder;
    }

    /** Makes the folder: it says what is to come, and has the histories ready. */
    static WalHandover make(Sandbox sandbox, WalPath path, Map<Integer, byte[]> histories) throws IOException {
        Path folder = sandbox.makeFolder(sandbox.folder().root().resolve("wal"));
        WalHandover handover = new WalHandover(sandbox, folder);
        sandbox.makeFolder(handover.ready());
        sandbox.writeForServer(
                handover.expected(),
                path.stretches().stream()
                        .map(stretch -> stretch.segment() + "\n")
                        .collect(Collectors.joining()));
        sandbox.writeForServer(handover.requests(), "");
        sandbox.writeForServer(handover.wanted(), "");
        sandbox.writeForServer(handover.script(), script(folder));
        for (Map.Entry<Integer, byte[]> history : histories.entrySet()) {
            Path coming = folder.resolve("history");
            Files.write(coming, history.getValue());
            handover.place(coming, "%08X.history".formatted(history.getKey()));
        }
        return handover;
    }

    /** The server's setting: it fills in {@code %f} and {@code %p}, a percent sign of ours is doubled. */
    String restoreCommand() {
        return "/bin/sh " + quoted(script()).replace("%", "%%") + " '%f' '%p'";
    }

    /** What the server asked for and what it got: {@code <segment> 0} or, not there, {@code <segment> 1}. */
    Path requests() {
        return folder.resolve("requests");
    }

    /** Where a segment is made before it is handed over. */
    Path coming(Stretch stretch) {
        return folder.resolve(stretch.segment() + ".coming");
    }

    /** Hands a segment over. */
    void handOver(Stretch stretch) throws IOException {
        place(coming(stretch), stretch.segment().name());
    }

    /** Whether the server has not taken it yet. */
    boolean isWaiting(Stretch stretch) {
        return Files.exists(ready().resolve(stretch.segment().name()));
    }

    /** The segment that the server waits for, or waited for last. */
    Optional<String> awaited() {
        try {
            return Optional.of(Files.readString(wanted(), StandardCharsets.US_ASCII)
                            .strip())
                    .filter(name -> !name.isEmpty());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing more comes: a script that still waits ends, and with it the server's recovery. */
    void close() {
        try {
            Files.deleteIfExists(expected());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For sh; its arguments are the file's name and where it shall go. */
    static String script(Path folder) {
        return """
                cd %s || exit 255
                name=$1
                answer() {
                    echo "$name $1" >> requests
                    exit "$1"
                }
                case $2 in
                /*) to=$2 ;;
                *) to=$OLDPWD/$2 ;;
                esac
                case $name in
                *.history)
                    cp "ready/$name" "$to" 2> /dev/null && answer 0
                    answer 1
                    ;;
                esac
                mv -f "ready/$name" "$to" 2> /dev/null && answer 0
                grep -qxF "$name" expected || answer 1
                grep -qxF "$name 0" requests && answer 1
                echo "$name" > wanted
                while [ -e expected ]; do
                    mv -f "ready/$name" "$to" 2> /dev/null && answer 0
                    sleep 0.02 2> /dev/null || sleep 1
                done
                exit 255
                """
                .formatted(quoted(folder));
    }

    private void place(Path file, String name) throws IOException {
        sandbox.give(file);
        Files.move(file, ready().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path ready() {
        return folder.resolve("ready");
    }

    private Path expected() {
        return folder.resolve("expected");
    }

    private Path wanted() {
        return folder.resolve("wanted");
    }

    private Path script() {
        return folder.resolve("fetch-wal");
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
