package dev.lifeboat.system.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.PostgresPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;

/**
 * Looks for secrets wherever somebody may look who is not meant to know them: logs, rows, events, objects and their metadata
 * (not the dumped data itself), command lines. Also as hexadecimal, base64, percent-encoded, and escaped in JSON.
 */
public final class SecretScan {
    /** All places of one kind, as one text each. */
    private final Map<String, List<String>> places = new LinkedHashMap<>();

    /** Reads everything, once. */
    public SecretScan(SystemStack stack) {
        places.put("logs", logs(stack));
        places.put("rows", rows(stack));
        places.put("events", events(stack));
        places.put("objects", objects(stack));
        places.put("command lines", List.copyOf(stack.commandLines().seen()));
    }

    /** The kinds of places in which something was found, and was not empty to begin with. */
    public Set<String> kinds() {
        Set<String> kinds = new LinkedHashSet<>();
        places.forEach((kind, texts) -> {
            if (texts.stream().anyMatch(text -> !text.isBlank())) {
                kinds.add(kind);
            }
        });
        return kinds;
    }

    /**
     * Looks for these.
     *
     * @param secrets value by name
     * @return {@code <kind>: <name> near <what stands around it, without it>}
     */
    public List<String> find(Map<String, String> secrets) {
        List<String> found = new ArrayList<>();
        secrets.forEach((name, secret) -> shapes(secret)
                .forEach(shape -> places.forEach((kind, texts) -> texts.stream()
                        .filter(text -> text.contains(shape))
                        .findFirst()
                        .ifPresent(text -> found.add(kind + ": " + name + " near " + around(text, shape))))));
        return found;
    }

    private static Set<String> shapes(String secret) {
        byte[] bytes = secret.getBytes(UTF_8);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        Set<String> shapes = new LinkedHashSet<>();
        // Texts are read as ISO 8859-1, so that no byte is lost.
        shapes.add(new String(bytes, ISO_8859_1));
        shapes.add(HexFormat.of().formatHex(bytes));
        // The last character depends on what follows.
        shapes.add(base64.substring(0, base64.length() - 1));
        shapes.add(URLEncoder.encode(secret, UTF_8));
        shapes.add(new String(secret.replace("\\", "\\\\").replace("\"", "\\\"").getBytes(UTF_8), ISO_8859_1));
        return shapes;
    }

    private static String around(String text, String shape) {
        int at = text.indexOf(shape);
        int end = Math.min(text.length(), at + shape.length() + 60);
        return text.substring(Math.max(0, at - 120), at) + "…" + text.substring(at + shape.length(), end);
    }

    private static List<String> logs(SystemStack stack) {
        return stack.logs().stream()
                .map(log -> {
                    try {
                        return Files.readString(log, ISO_8859_1);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /** Bytes are hexadecimal in a plain dump: those of events are decoded for the other shapes. */
    private static List<String> rows(SystemStack stack) {
        PostgresCluster server = stack.plan().postgres();
        List<String> texts = new ArrayList<>();
        for (String database : List.of("lifeboat_backup", "lifeboat_restore", "lifeboat_verifier")) {
            String text = dump(server, database);
            texts.add(text);
            texts.add(decoded(text));
        }
        return texts;
    }

    private static String decoded(String dump) {
        StringBuilder text = new StringBuilder();
        for (String column : dump.split("[\\t\\n]", -1)) {
            if (column.startsWith("\\\\x") && column.length() % 2 == 1) {
                String hex = column.substring(3).toLowerCase(Locale.ROOT);
                text.append(new String(HexFormat.of().parseHex(hex), ISO_8859_1))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String dump(PostgresCluster server, String database) {
        ProcessBuilder builder = new ProcessBuilder(PostgresPrograms.program("pg_dump"), "--data-only", database);
        builder.environment()
                .putAll(Map.of(
                        "PGHOST",
                        PostgresCluster.HOST,
                        "PGPORT",
                        Integer.toString(server.port()),
                        "PGUSER",
                        PostgresCluster.SUPERUSER,
                        "PGPASSWORD",
                        server.password()));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            if (process.waitFor() != 0) {
                throw new AssertionError("pg_dump of " + database + " failed");
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static List<String> events(SystemStack stack) {
        Topics topics = new Topics(stack);
        List<String> texts = new ArrayList<>();
        KafkaTopics.ALL.forEach(topic -> topics.records(topic.name()).forEach(record -> {
            texts.add(record.key() + " " + (record.value() == null ? "" : new String(record.value(), ISO_8859_1)));
            for (Header header : record.headers()) {
                texts.add(header.key() + " " + new String(header.value(), ISO_8859_1));
            }
        }));
        return texts;
    }

    private static List<String> objects(SystemStack stack) {
        List<String> texts = new ArrayList<>();
        for (String region : List.of("east", "west")) {
            try (Bucket bucket = Bucket.of(stack, region)) {
                for (String key : bucket.keys()) {
                    texts.add(key + " " + bucket.metadata(key));
                    if (key.endsWith(".json") || key.endsWith(".sql") || key.endsWith(".info")) {
                        texts.add(new String(bucket.bytes(key), ISO_8859_1));
                    }
                }
            }
        }
        return texts;
    }
}
