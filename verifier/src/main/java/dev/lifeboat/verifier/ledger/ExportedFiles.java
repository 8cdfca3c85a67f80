package dev.lifeboat.verifier.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A ledger as files: either what {@link LedgerExport} writes, or a copy of an {@link EvidenceBucket}'s folder, whose entries
 * are in several files and of whose checkpoints the newest counts.
 */
final class ExportedFiles {
    private final Path folder;

    ExportedFiles(Path folder) {
        this.folder = folder;
    }

    /** All entries in order; to be closed by the caller. */
    InputStream entries() throws IOException {
        Path bucket = folder.resolve("entries");
        if (!Files.isDirectory(bucket)) {
            return Files.newInputStream(folder.resolve(LedgerExport.ENTRIES));
        }
        return new SequenceInputStream(Collections.enumeration(
                files(bucket).stream().map(ExportedFiles::open).toList()));
    }

    /** The checkpoint that they are held against. */
    String checkpoint() throws IOException {
        Path bucket = folder.resolve("checkpoints");
        Path file = folder.resolve(LedgerExport.CHECKPOINT);
        if (Files.isDirectory(bucket) && Files.notExists(file)) {
            file = files(bucket).getLast();
        }
        // A damaged file is a finding and not a failure to read: no strict decoding here.
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sorted = files.filter(Files::isRegularFile).sorted().toList();
            if (sorted.isEmpty()) {
                throw new IOException("there is no file in " + folder);
            }
            return sorted;
        }
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
