package dev.lifeboat.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code java} that runs us, called for a small server: the stack's JVMs share one machine. */
public final class JavaProgram {
    private JavaProgram() {}

    /** A program of this JDK, such as {@code java} or {@code keytool}. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** A JVM with one collector thread, the quick compiler, and the heap given; what to run follows. */
    public static List<String> small(int heapMegabytes, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                tool("java"),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xss512k"));
        line.addAll(List.of(arguments));
        return List.copyOf(line);
    }
}
