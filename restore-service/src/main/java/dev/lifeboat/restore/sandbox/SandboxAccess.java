package dev.lifeboat.restore.sandbox;

/**
 * Who may connect to a sandbox: {@code pg_hba.conf} and {@code pg_ident.conf}. Whom no line names is refused.
 *
 * @see <a href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">pg_hba.conf</a>
 */
final class SandboxAccess {
    private static final String MAP = "lifeboat";

    private SandboxAccess() {}

    /**
     * While it is being set up: the superuser that the data came with, over the Unix socket in a folder that only the
     * server's own user may enter, if the caller is that user.
     */
    static String duringSetUp(String bootstrapSuperuser) {
        return "local all " + quoted(bootstrapSuperuser) + " peer map=" + MAP + "\n" + open();
    }

    /** When it is up: the one role, by its password. */
    static String open() {
        return """
                local all %1$s scram-sha-256
                host all %1$s 127.0.0.1/32 scram-sha-256
                """
                .formatted(SandboxRole.NAME);
    }

    /** Who on the operating system is whom in the database. */
    static String identities(String serverUser, String bootstrapSuperuser) {
        return MAP + " " + quoted(serverUser) + " " + quoted(bootstrapSuperuser) + "\n";
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
