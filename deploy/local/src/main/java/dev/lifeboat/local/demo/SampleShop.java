package dev.lifeboat.local.demo;

import dev.lifeboat.local.LocalStackException;
import dev.lifeboat.local.PostgresPrograms;
import dev.lifeboat.local.api.RunningStack.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The shop whose database is to come back: its data, and customers who keep buying. */
public final class SampleShop {
    private final PostgresServer server;
    private final Path folder;
    private final String database;
    private final Size size;

    /** How many there are of what makes the shop large. */
    public record Size(int customers, int orders) {
        /** Some 200 MB. */
        public static final Size OF_THE_DEMO = new Size(20_000, 150_000);

        /** The demo's, so many times. */
        public Size times(int factor) {
            return new Size(customers * factor, orders * factor);
        }
    }

    /**
     * A shop, which need not exist yet.
     *
     * @param folder for the writer's files
     * @param database its name, a plain identifier
     */
    public SampleShop(PostgresServer server, Path folder, String database, Size size) {
        this.server = server;
        this.folder = folder;
        this.database = database;
        this.size = size;
    }

    /** Whether its database is there already, from a demo before. */
    public boolean exists() {
        return query("postgres", "select count(*) from pg_database where datname = '" + database + "'")
                .equals("1");
    }

    /** Makes the database and fills it. */
    public void create() {
        query("postgres", "create database " + database);
        psql(
                database,
                resource("shop.sql"),
                List.of("--set=customers=" + size.customers(), "--set=orders=" + size.orders()),
                Map.of());
    }

    /**
     * Makes the role that Lifeboat connects as, or gives it a new password. A superuser, so that the dump holds the other
     * roles' passwords and large objects; docs/privileges.md says with how little it can do.
     */
    public void grantLifeboat(String password) {
        psql(
                "postgres",
                """
                \\set ON_ERROR_STOP on
                \\getenv password LIFEBOAT_DEMO_PASSWORD
                select 'create role lifeboat login' where not exists (select from pg_roles where rolname = 'lifeboat') \\gexec
                alter role lifeboat with login superuser password :'password';
                """,
                List.of(),
                Map.of("LIFEBOAT_DEMO_PASSWORD", password));
    }

    /** Size of the database in bytes. */
    public long bytes() {
        return Long.parseLong(query("postgres", "select pg_database_size('" + database + "')"));
    }

    /** Number of payments now. */
    long payments() {
        return Long.parseLong(query(database, "select count(*) from payments"));
    }

    /**
     * An UPDATE without its WHERE, and when that was by the server's clock.
     *
     * @param before a second earlier: the last moment that is wanted back
     */
    record Mistake(Instant before, Instant at, int rows) {}

    /** Sets the whole stock to nothing, a good second after it was last seen right. */
    Mistake forgetWhere() {
        String[] told = query(
                        database,
                        """
                        \\set ON_ERROR_STOP on
                        select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
                        select pg_sleep(1) \\g /dev/null
                        with gone as (update "stock ""Käse"" / 100%" set "how many?" = 0 returning 1)
                        select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                            || ' ' || count(*) from gone;
                        """)
                .split("\\s+", -1);
        return new Mistake(Instant.parse(told[0]), Instant.parse(told[1]), Integer.parseInt(told[2]));
    }

    /** The stock as the shop was filled with it. */
    void restock() {
        query(database, "update \"stock \"\"Käse\"\" / 100%\" set \"how many?\" = substr(sku, 5)::int % 50");
    }

    /** Customers who buy, some 20 a second, until the returned process is ended. */
    Process keepSelling() {
        try {
            Path script = folder.resolve("write.sql");
            Files.writeString(script, resource("write.sql"));
            ProcessBuilder builder = new ProcessBuilder(
                    PostgresPrograms.program("pgbench"),
                    "--no-vacuum",
                    "--rate=20",
                    "--client=2",
                    "--time=3600",
                    "--file=" + script,
                    database);
            environment(builder);
            builder.redirectErrorStream(true)
                    .redirectOutput(folder.resolve("writer.log").toFile());
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start pgbench: " + e.getMessage(), e);
        }
    }

    private String query(String database, String sql) {
        return psql(database, sql, List.of("--tuples-only", "--no-align"), Map.of())
                .strip();
    }

    private String psql(String database, String sql, List<String> more, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(
                PostgresPrograms.program("psql"), "--no-psqlrc", "--quiet", "--dbname=" + database, "--file=-"));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment(builder);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().write(sql.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw failed("no end within 5 minutes", output);
            }
            if (process.exitValue() != 0) {
                throw failed("exit status " + process.exitValue(), output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted", "");
        }
    }

    private static LocalStackException failed(String how, String output) {
        return new LocalStackException(
                "sample-shop-failed",
                "psql to end with 0",
                how + ": " + output,
                "look at the output; then make demo again");
    }

    private void environment(ProcessBuilder builder) {
        builder.environment().put("PGHOST", server.host());
        builder.environment().put("PGPORT", Integer.toString(server.port()));
        builder.environment().put("PGUSER", server.user());
        builder.environment().put("PGPASSWORD", server.password());
    }

    static String resource(String name) {
        try (InputStream in = SampleShop.class.getResourceAsStream("/demo/" + name)) {
            if (in == null) {
                throw new LocalStackException(
                        "resource-missing", "resource /demo/" + name + " in this build", "none", "run: make build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
