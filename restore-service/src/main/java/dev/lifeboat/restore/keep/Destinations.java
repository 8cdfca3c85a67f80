package dev.lifeboat.restore.keep;

import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where restores may go: new folders below the roots that the service's owner named, and nothing that is there already.
 *
 * @param roots absolute, normalised
 */
record Destinations(List<Path> roots) {

    /** What is wrong with it; empty if it can be made. */
    Optional<Failure> refuse(String text) {
        Path directory;
        try {
            directory = Path.of(text);
        } catch (java.nio.file.InvalidPathException e) {
            return Optional.of(notAllowed(text));
        }
        if (!directory.isAbsolute() || !directory.normalize().equals(directory)) {
            return Optional.of(notAllowed(text));
        }
        Optional<Path> root = roots.stream()
                .filter(allowed -> directory.startsWith(allowed) && !directory.equals(allowed))
                .findFirst();
        if (root.isEmpty() || throughLink(root.get(), directory) || !Files.isDirectory(directory.getParent())) {
            return Optional.of(notAllowed(text));
        }
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && !isEmptyFolder(directory)) {
            return Optional.of(new Failure(
                    "restore.directory-not-empty",
                    "The directory is there already: Lifeboat writes only into what it made.",
                    "a directory that does not exist, or is empty",
                    text,
                    "Name another one, or move what is there away yourself."));
        }
        return Optional.empty();
    }

    private static boolean throughLink(Path root, Path directory) {
        for (Path each = directory; !each.equals(root); each = each.getParent()) {
            if (Files.isSymbolicLink(each)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEmptyFolder(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(directory)) {
            return !inside.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Failure notAllowed(String text) {
        return new Failure(
                "restore.directory-not-allowed",
                "Restores do not go there.",
                "an absolute path, without links, its parent there, below "
                        + roots.stream().map(Path::toString).collect(Collectors.joining(" or ")),
                text,
                "Name a directory there, or let the service's owner add a root to lifeboat.restores.roots.");
    }
}
