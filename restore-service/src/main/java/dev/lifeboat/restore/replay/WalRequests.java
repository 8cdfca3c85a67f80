package dev.lifeboat.restore.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a replaying server asked its archive for, and what it got: one line for each request, written by its
 * {@code restore_command}.
 *
 * @param fetched the last segment that it got
 * @param missing the segment that it asked for last, when the archive did not have it
 * @param fault exit status of the last request when that was neither "here" nor "not there"
 * @param count of all segments that it got
 * @param misses how often in a row it was told that something is not there
 */
public record WalRequests(
        Optional<WalSegment> fetched, Optional<WalSegment> missing, Optional<Integer> fault, long count, int misses) {
    private static final int HERE = 0;
    private static final int NOT_THERE = 1;

    /** Reads the file; empty requests when nothing was asked for yet. */
    public static WalRequests read(Path file) {
        try {
            return parse(Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return parse(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads its lines. */
    public static WalRequests parse(List<String> lines) {
        Optional<WalSegment> fetched = Optional.empty();
        Optional<WalSegment> missing = Optional.empty();
        Optional<Integer> fault = Optional.empty();
        long count = 0;
        int misses = 0;
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            Optional<WalSegment> segment = WalSegment.parse(parts[0]);
            if (parts.length != 2 || segment.isEmpty() || !parts[1].matches("\\d{1,3}")) {
                continue;
            }
            int exit = Integer.parseInt(parts[1]);
            misses = exit == NOT_THERE ? misses + 1 : 0;
            missing = exit == NOT_THERE ? segment : Optional.empty();
            fault = exit == HERE || exit == NOT_THERE ? Optional.empty() : Optional.of(exit);
            if (exit == HERE) {
                fetched = segment;
                count++;
            }
        }
        return new WalRequests(fetched, missing, fault, count, misses);
    }

    /** Whether it got nothing since then. */
    boolean gotNothingSince(WalRequests earlier) {
        return fetched.equals(earlier.fetched) && fault.equals(earlier.fault) && count == earlier.count;
    }
}
