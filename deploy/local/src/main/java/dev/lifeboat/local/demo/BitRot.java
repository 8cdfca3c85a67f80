package dev.lifeboat.local.demo;

import dev.lifeboat.local.LocalStackException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What disks do to objects that nobody reads: one bit of a stored dump turns over. */
final class BitRot {
    private BitRot() {}

    /**
     * Turns one bit in the middle of the largest object of a backup, in the folder where the region keeps its objects.
     *
     * @return the object's key below the folder
     */
    static String strike(Path objects, String backupId) {
        try (Stream<Path> files = Files.walk(objects)) {
            Path largest = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("/" + backupId + "/"))
                    .max(Comparator.comparingLong(BitRot::size))
                    .orElseThrow(() -> new LocalStackException(
                            "nothing-to-damage",
                            "objects of backup " + backupId + " in " + objects,
                            "none",
                            "look whether the backup completed"));
            try (RandomAccessFile file = new RandomAccessFile(largest.toFile(), "rw")) {
                long middle = file.length() / 2;
                file.seek(middle);
                int before = file.read();
                file.seek(middle);
                file.write(before ^ 0x10);
            }
            return objects.relativize(largest).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
