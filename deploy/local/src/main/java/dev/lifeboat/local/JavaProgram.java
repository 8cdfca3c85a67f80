package dev.lifeboat.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code java} that runs us, called for a small server: the stack's JVMs share one machine. */
public final class JavaProgram {
    /** Only the quick compiler: for what starts once and is never busy. */
    public static final List<String> QUICK_COMPILER = List.of("-XX:TieredStopAtLevel=1");

    /**
     * The good compiler too, but only for what is really hot: ten times its usual thresholds, so that it does not compete
     * with a start. Ciphers and digests come at once: the quick compiler does not know the processor's instructions for
     * them, and a megabyte over TLS costs ten times as much.
     */
    public static final List<String> GOOD_COMPILER_LATE = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.02",
            "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.*::*,0.02");

    private JavaProgram() {}

    /** A program of this JDK, such as {@code java} or {@code keytool}. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** A JVM with one collector thread, and the heap and compiler given; what to run follows. */
    public static List<String> small(int heapMegabytes, List<String> compiler, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                tool("java"),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xss512k"));
        line.addAll(compiler);
        line.addAll(List.of(arguments));
        return List.copyOf(line);
    }
}
