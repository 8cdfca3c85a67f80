package dev.lifeboat.platform.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The scratch folders of operations: {@code <folder>/<operation>/<epoch>}. Others may pass through them but not look
 * around: a tool that runs as another operating-system user reaches the files that it is told of.
 */
final class Scratch {
    private static final Logger LOG = Logger.getLogger(Scratch.class);

    private final Path root;

    Scratch(Path root) {
        this.root = root;
    }

    /** The folder of an epoch, made if it is not there. */
    Path folder(UUID id, long epoch) {
        Path operation = root.resolve(id.toString());
        Path folder = operation.resolve(Long.toString(epoch));
        try {
            Files.createDirectories(folder);
            for (Path part : List.of(root, operation, folder)) {
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx--x--x"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the scratch folder " + folder, e);
        }
        return folder;
    }

    /** Removes the folder of an epoch, and that of the operation when it was the last. */
    void remove(UUID id, long epoch) {
        Path operation = root.resolve(id.toString());
        delete(operation.resolve(Long.toString(epoch)));
        try {
            if (list(operation).isEmpty()) {
                Files.deleteIfExists(operation);
            }
        } catch (IOException e) {
            LOG.debugf("%s stays: %s", operation, e);
        }
    }

    /** Removes what earlier epochs of an operation left here. */
    void removeOlderThan(UUID id, long epoch) {
        for (long old : epochs(id)) {
            if (old < epoch) {
                LOG.infof("removing what epoch %d of operation %s left in %s", old, id, root);
                remove(id, old);
            }
        }
    }

    /** Operations that have a folder here. */
    List<UUID> operations() {
        List<UUID> ids = new ArrayList<>();
        for (Path folder : list(root)) {
            try {
                ids.add(UUID.fromString(folder.getFileName().toString()));
            } catch (IllegalArgumentException e) {
                LOG.debugf("%s is no operation's folder", folder);
            }
        }
        return ids;
    }

    /** Removes folders that no run can be using: of epochs that were replaced, and of operations that have ended. */
    void reap(Map<UUID, Long> livingEpochs) {
        livingEpochs.forEach(this::removeOlderThan);
    }

    private List<Long> epochs(UUID id) {
        return list(root.resolve(id.toString())).stream()
                .map(folder -> folder.getFileName().toString())
                .filter(name -> name.matches("\\d{1,18}"))
                .map(Long::valueOf)
                .toList();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            LOG.warnf("cannot list %s: %s", folder, e);
            return List.of();
        }
    }

    /** Links are removed and not followed. What cannot be removed is said and left for the next sweep. */
    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            LOG.debugf("%s is gone already", folder);
        } catch (IOException e) {
            LOG.warnf("cannot remove %s: %s", folder, e);
        }
    }
}
