package dev.lifeboat.local.stack;

import dev.lifeboat.local.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/** One command at a time changes a stack. The kernel frees the lock of a process that is gone. */
final class StackLock {
    private StackLock() {}

    /**
     * Does something alone.
     *
     * @throws LocalStackException {@code stack-busy} if another command is at work
     */
    static <T> T holding(StackHome home, Supplier<T> action) {
        home.create();
        try (FileChannel channel =
                FileChannel.open(home.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new LocalStackException(
                        "stack-busy",
                        "nobody else to change the stack in " + home.root(),
                        "another up or down is at work",
                        "wait for it, or end it");
            }
            return action.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
