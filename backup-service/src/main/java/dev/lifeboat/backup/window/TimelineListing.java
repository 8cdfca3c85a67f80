package dev.lifeboat.backup.window;

import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Lists a folder whose names begin with the eight digits of a timeline: pages in order, timelines side by side. No object
 * is asked for by itself.
 */
final class TimelineListing {
    private static final int DIGITS = 8;

    private TimelineListing() {}

    /** Reads the objects of one timeline, in the order of their keys. */
    @FunctionalInterface
    interface Reader<T> {
        T read(int timeline, Stream<ObjectInfo> objects);
    }

    /**
     * Reads what is there of each timeline.
     *
     * @param folder with a slash at its end
     * @throws StoreException if the store does not list
     */
    static <T> Map<Integer, T> read(ObjectStore store, String folder, Reader<T> reader) throws InterruptedException {
        List<String> timelines = timelines(store, folder);
        Map<Integer, T> read = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Future<T>> listings = new LinkedHashMap<>();
            for (String timeline : timelines) {
                listings.put(timeline, threads.submit(() -> {
                    try (Stream<ObjectInfo> objects = store.list(folder + timeline, Optional.empty())) {
                        return reader.read(number(timeline), objects);
                    }
                }));
            }
            for (Map.Entry<String, Future<T>> listing : listings.entrySet()) {
                read.put(number(listing.getKey()), listing.getValue().get());
            }
            return read;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    private static int number(String digits) {
        return Integer.parseUnsignedInt(digits, 16);
    }

    /** One request for each timeline: the first object behind all of the one before. */
    private static List<String> timelines(ObjectStore store, String folder) {
        List<String> timelines = new ArrayList<>();
        Optional<String> after = Optional.empty();
        while (true) {
            Optional<String> name;
            try (Stream<ObjectInfo> objects = store.list(folder, after)) {
                name = objects.map(info -> info.key().substring(folder.length()))
                        .filter(key -> key.length() > DIGITS)
                        .map(key -> key.substring(0, DIGITS))
                        .findFirst();
            }
            if (name.isEmpty()) {
                return timelines;
            }
            if (name.get().matches("[0-9A-F]{8}")) {
                timelines.add(name.get());
            }
            after = Optional.of(folder + name.get() + "~");
        }
    }
}
