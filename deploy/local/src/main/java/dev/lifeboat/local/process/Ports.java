package dev.lifeboat.local.process;

import dev.lifeboat.local.LocalStackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** TCP ports of the loopback address. */
public final class Ports {
    private static final int FROM = 20_000;
    private static final int TO = 30_000;
    private static final Set<Integer> HANDED_OUT = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /**
     * A port that nobody listens on and that this JVM did not hand out before. Below the range that the kernel takes for
     * outgoing connections, so it is not lost to one before it is used.
     */
    public static int free() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            if (isFree(port) && HANDED_OUT.add(port)) {
                return port;
            }
        }
        throw new LocalStackException(
                "port-taken", "a free port from " + FROM + " to " + TO, "none in 1000 tries", "end what holds them");
    }

    /** Whether a server could listen on the port now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // A port in TIME_WAIT is free: every server here sets SO_REUSEADDR too.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Whether somebody accepts connections on the port. */
    public static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /**
     * Refuses ports that are taken, all at once, naming who holds them if that can be known.
     *
     * @param wanted who wants a port, by port
     * @param howToMove what to do in order to use others
     * @throws LocalStackException {@code port-taken}
     */
    public static void requireFree(Map<Integer, String> wanted, String howToMove) {
        Map<Integer, String> taken = new TreeMap<>(wanted);
        taken.keySet().removeIf(Ports::isFree);
        if (!taken.isEmpty()) {
            throw new LocalStackException(
                    "port-taken",
                    "free: " + each(taken, (port, part) -> port + " for " + part),
                    holders(taken),
                    howToMove);
        }
    }

    private static String holders(Map<Integer, String> taken) {
        return each(
                taken,
                (port, part) -> port + " is held by "
                        + PortHolder.of(port)
                                .map(PortHolder::toString)
                                .orElse("a process that cannot be seen from here"));
    }

    private static String each(Map<Integer, String> ports, BiFunction<Integer, String, String> text) {
        return ports.entrySet().stream()
                .map(entry -> text.apply(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
