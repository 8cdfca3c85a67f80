package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.operations.CancelRequested;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** An operation whose owner does as a test says; its scratch folder is removed when it is closed, as by the platform. */
public final class ScriptedContext implements OperationContext, AutoCloseable {
    private final UUID id;
    private final long epoch;
    private final Path scratch;
    private final List<Progress> said = new CopyOnWriteArrayList<>();
    private volatile Predicate<Progress> loseWhen = progress -> false;
    private volatile Predicate<Progress> cancelWhen = progress -> false;

    /** An owner with that epoch; scratch below the folder. */
    public ScriptedContext(UUID id, long epoch, Path folder) {
        this.id = id;
        this.epoch = epoch;
        this.scratch = folder.resolve(id + "-" + epoch);
    }

    /** Takes the lease away as soon as the progress looks so. */
    public ScriptedContext losing(Predicate<Progress> when) {
        loseWhen = when;
        return this;
    }

    /** Cancels as soon as the progress looks so. */
    public ScriptedContext cancelling(Predicate<Progress> when) {
        cancelWhen = when;
        return this;
    }

    /** All progress that was said. */
    public List<Progress> said() {
        return said;
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public String cluster() {
        return "shop";
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public int attempt() {
        return (int) epoch;
    }

    @Override
    public <T> T write(Function<Handle, T> work) {
        throw new UnsupportedOperationException("a method writes no rows");
    }

    @Override
    public void check() {
        Progress last = said.isEmpty() ? new Progress("", 0, 0) : said.getLast();
        if (loseWhen.test(last)) {
            throw new LeaseLost("epoch " + epoch + " lost it");
        }
        if (cancelWhen.test(last)) {
            throw new CancelRequested("cancelled by principal/test");
        }
    }

    @Override
    public void progress(Progress progress) {
        said.add(progress);
    }

    @Override
    public Path scratch() {
        try {
            return Files.createDirectories(scratch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(scratch)) {
            try (Stream<Path> all = Files.walk(scratch)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
