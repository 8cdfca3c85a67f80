package dev.lifeboat.restore.keep;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code postgresql.auto.conf} of a server that is handed over: what was set on the source by ALTER SYSTEM, without what would
 * bind it to the source, its archive or its standbys. It is read last, so the additions win over {@code postgresql.conf}.
 */
final class RestoredSettings {
    private static final Pattern SETTING = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.]*)\\s*[= ].*");
    private static final Set<String> BINDING = Set.of(
            "archive_mode",
            "archive_command",
            "archive_library",
            "archive_cleanup_command",
            "restore_command",
            "recovery_end_command",
            "primary_conninfo",
            "primary_slot_name",
            "promote_trigger_file",
            "synchronous_standby_names",
            "recovery_min_apply_delay");

    /** How a configuration begins that is not the source's. */
    static final String OURS =
            "# Written by Lifeboat: the source kept its configuration outside of its data directory.\n";

    private RestoredSettings() {}

    /**
     * A {@code postgresql.conf} for a server that has none.
     *
     * @param sandbox the one that it ran with in the sandbox: what must not be below the source's is taken from there
     */
    static String beginning(List<String> sandbox) {
        List<String> lines = new ArrayList<>();
        for (String line : sandbox) {
            if (line.startsWith("max_")) {
                lines.add(line);
            }
        }
        lines.add("listen_addresses = 'localhost'");
        return OURS + String.join("\n", lines) + "\n";
    }

    /**
     * The settings.
     *
     * @param archiveCommand of an archive of its own; null for none
     */
    static String of(List<String> source, String archiveCommand) {
        List<String> lines = new ArrayList<>();
        for (String line : source) {
            Matcher setting = SETTING.matcher(line);
            String name = setting.matches() ? setting.group(1).toLowerCase(Locale.ROOT) : "";
            if (!BINDING.contains(name) && !name.startsWith("recovery_target")) {
                lines.add(line);
            }
        }
        lines.add("# Set by Lifeboat when it handed this server over.");
        lines.add("archive_mode = '" + (archiveCommand == null ? "off" : "on") + "'");
        lines.add("archive_command = " + (archiveCommand == null ? "''" : literal(archiveCommand)));
        lines.add("restore_command = ''");
        lines.add("primary_conninfo = ''");
        lines.add("primary_slot_name = ''");
        lines.add("synchronous_standby_names = ''");
        return String.join("\n", lines) + "\n";
    }

    /** As configuration files have it: quotes doubled, and backslashes, which escape there. */
    private static String literal(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
