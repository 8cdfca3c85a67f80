package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** INTERIM until platform.process has it. */
public final class LeasedServers implements ServerLauncher {
    private final Path launcher;
    private final Path records;

    public LeasedServers(Path launcher, Path records) {
        this.launcher = launcher;
        this.records = records;
    }

    @Override
    public void start(String name, Path folder, String user, List<String> command, Path log, Instant leaseUntil) {
        try {
            Files.createDirectories(records);
            renewFile(name, leaseUntil);
            Files.deleteIfExists(record(name));
            List<String> all = new ArrayList<>(List.of(
                    "setsid",
                    "bash",
                    "--noprofile",
                    "--norc",
                    launcher.toString(),
                    record(name).toString(),
                    lease(name).toString(),
                    folder.toString(),
                    "INT:10,QUIT:6",
                    "0.2",
                    "-",
                    "--"));
            all.addAll(OsUser.named(user).commandPrefix());
            all.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(all).directory(Path.of("/").toFile());
            builder.environment().clear();
            builder.environment().put("PATH", System.getenv("PATH"));
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("TZ", "UTC");
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.redirectErrorStream(true);
            builder.start();
            long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (server(name).isEmpty() && System.nanoTime() < giveUp) {
                Thread.sleep(5);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void renew(String name, Instant until) {
        if (Files.exists(record(name))) {
            renewFile(name, until);
        }
    }

    @Override
    public boolean isAlive(String name) {
        return server(name).filter(ProcessIdentity::isAlive).isPresent();
    }

    @Override
    public boolean stop(String name, Duration time) {
        Optional<ProcessIdentity> server = server(name);
        if (server.isEmpty() || !server.get().isAlive()) {
            return server.isPresent();
        }
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(server.get().pid())).start().waitFor();
            long giveUp = System.nanoTime() + time.toNanos();
            while (server.get().isAlive() && System.nanoTime() < giveUp) {
                Thread.sleep(10);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !server.get().isAlive();
    }

    @Override
    public List<String> end(String name, Duration time) {
        if (!Files.exists(record(name))) {
            return List.of();
        }
        renewFile(name, Instant.EPOCH);
        try {
            long giveUp = System.nanoTime() + time.toNanos();
            while (Files.exists(record(name)) && System.nanoTime() < giveUp) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Files.exists(record(name)) ? List.of("server " + name) : List.of();
    }

    @Override
    public List<String> names() {
        try (Stream<Path> all = Files.list(records)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".record"))
                    .map(file -> file.substring(0, file.length() - 7))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessIdentity> server(String name) {
        try {
            return Files.readString(record(name))
                    .lines()
                    .filter(line -> line.startsWith("server "))
                    .map(line -> line.split(" ", -1))
                    .map(parts -> new ProcessIdentity(Long.parseLong(parts[1]), Long.parseLong(parts[2])))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void renewFile(String name, Instant until) {
        try {
            Path fresh = records.resolve(name + ".lease.new");
            Files.writeString(fresh, until.getEpochSecond() + "\n");
            Files.move(fresh, lease(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path record(String name) {
        return records.resolve(name + ".record");
    }

    private Path lease(String name) {
        return records.resolve(name + ".lease");
    }
}
