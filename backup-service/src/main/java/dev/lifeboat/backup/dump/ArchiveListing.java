package dev.lifeboat.backup.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of contents of a dump as {@code pg_restore --list} prints it: {@code 3375; 0 16391 TABLE DATA public orders
 * alice}: entry, oid of the catalogue, oid of the object, what it is, schema, name, owner. Names may hold spaces; the oids
 * are exact.
 *
 * @param tableData oids of the tables whose rows are in the dump
 * @param dataEntries numbers of the entries of those tables; in directory format their files begin so
 * @param sequenceSets lines of the entries that hold a sequence's state
 * @param entries how many entries there are in all
 */
record ArchiveListing(Set<Long> tableData, List<String> dataEntries, List<String> sequenceSets, int entries) {
    private static final Pattern ENTRY = Pattern.compile("^(\\d+); \\d+ (\\d+) (.*)$");

    static ArchiveListing parse(List<String> lines) {
        Set<Long> tableData = new TreeSet<>();
        List<String> dataEntries = new ArrayList<>();
        List<String> sequenceSets = new ArrayList<>();
        int entries = 0;
        for (String line : lines) {
            Matcher entry = ENTRY.matcher(line);
            if (!entry.matches()) {
                continue;
            }
            entries++;
            if (entry.group(3).startsWith("TABLE DATA ")) {
                tableData.add(Long.parseLong(entry.group(2)));
                dataEntries.add(entry.group(1));
            } else if (entry.group(3).startsWith("SEQUENCE SET ")) {
                sequenceSets.add(line);
            }
        }
        return new ArchiveListing(tableData, List.copyOf(dataEntries), List.copyOf(sequenceSets), entries);
    }

    /** Tables, by oid and name, whose rows should be in the dump and are not. */
    List<String> missing(Map<Long, String> expected) {
        return expected.entrySet().stream()
                .filter(table -> !tableData.contains(table.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
    }
}
