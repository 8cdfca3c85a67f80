package dev.lifeboat.restore.keep;

import dev.lifeboat.restore.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tablespaces of a server that is handed over: each becomes {@code tablespaces/<oid>} beside the data directory, and the link
 * that the server follows leads there.
 */
final class HandedTablespaces {
    private static final String LINKS = "pg_tblspc";

    private HandedTablespaces() {}

    /** Moves a folder, at once or by a copy; whoever looks sees all of it or nothing. */
    interface Mover {
        void move(Path folder, Path to) throws IOException, InterruptedException;
    }

    /**
     * Moves them; done again after an interruption it goes on where it was.
     *
     * @param sandbox its server stopped
     * @param directory that is handed over
     * @throws IllegalStateException if a link leads out of the sandbox: what is there is somebody else's
     */
    static void move(Sandbox sandbox, Path directory, Mover mover) throws IOException, InterruptedException {
        for (Path link : links(sandbox.folder().data())) {
            Path folder = Files.readSymbolicLink(link);
            Path kept = directory.resolve("tablespaces").resolve(link.getFileName());
            if (folder.equals(kept)) {
                continue;
            }
            if (!folder.normalize().startsWith(sandbox.folder().root())) {
                throw new IllegalStateException("a tablespace of the sandbox lies outside of it: " + folder);
            }
            sandbox.makeFolder(kept.getParent());
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                mover.move(folder, kept);
            }
            Path fresh = link.resolveSibling(link.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createSymbolicLink(fresh, kept);
            sandbox.give(fresh);
            Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Where those of a data directory lie. */
    static List<String> in(Path data) throws IOException {
        List<String> folders = new ArrayList<>();
        for (Path link : links(data)) {
            folders.add(Files.readSymbolicLink(link).toString());
        }
        return folders;
    }

    private static List<Path> links(Path data) throws IOException {
        Path folder = data.resolve(LINKS);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isSymbolicLink)
                    .filter(link -> !link.getFileName().toString().endsWith(".new"))
                    .sorted()
                    .toList();
        }
    }
}
