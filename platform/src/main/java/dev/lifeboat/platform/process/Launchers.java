package dev.lifeboat.platform.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The launcher scripts, unpacked below a work folder. They are small, and written anew at each start. */
final class Launchers {
    private static final List<String> NAMES = List.of("members.bash", "lifeline", "sandbox");

    private final Path folder;

    private Launchers(Path folder) {
        this.folder = folder;
    }

    /** Unpacks them into {@code <work>/launchers}. Several services, or instances, may share the folder. */
    static Launchers unpackInto(Path work) {
        Path folder = work.resolve("launchers");
        try {
            privateFolder(folder);
            for (String name : NAMES) {
                Path temporary = Files.createTempFile(folder, name, ".new");
                try (InputStream in = Launchers.class.getResourceAsStream(name)) {
                    Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
                }
                Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Launchers(folder);
    }

    /** A command that runs one of the scripts as the leader of a session of its own. */
    List<String> inOwnSession(String script, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Programs.find("setsid").toString());
        command.add(Programs.find("bash").toString());
        command.add("--noprofile");
        command.add("--norc");
        command.add(folder.resolve(script).toString());
        command.addAll(arguments);
        return command;
    }

    /** Creates a folder that only we may enter, with those above it. */
    static Path privateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.getParent());
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder;
    }
}
