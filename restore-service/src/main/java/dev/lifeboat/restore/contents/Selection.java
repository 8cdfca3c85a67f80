package dev.lifeboat.restore.contents;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which objects of an archive make a choice of schemas and tables whole. A table comes with its rows, indexes, constraints,
 * triggers, policies, comments, privileges, statistics, the sequences that it owns and, if it is partitioned, its partitions.
 * What an object needs comes, too: its schema, types, functions, extensions, the tables below a view. What refers to a table that
 * was not chosen, as a foreign key does, is left out and named. {@code pg_restore --table} would bring the bare table alone.
 *
 * @param chosen in the archive's order
 * @param leftOut what belongs to something chosen and cannot come along, for people
 * @param missing what was asked for and is not in the archive
 */
public record Selection(List<Entry> chosen, List<String> leftOut, List<String> missing) {
    /** What an object carries with it. */
    private static final Set<String> BELONGINGS = Set.of(
            "TABLE DATA",
            "MATERIALIZED VIEW DATA",
            "DEFAULT",
            "CONSTRAINT",
            "CHECK CONSTRAINT",
            "FK CONSTRAINT",
            "INDEX",
            "INDEX ATTACH",
            "TABLE ATTACH",
            "TRIGGER",
            "RULE",
            "POLICY",
            "ROW SECURITY",
            "STATISTICS",
            "STATISTICS DATA",
            "SEQUENCE",
            "SEQUENCE OWNED BY",
            "SEQUENCE SET",
            "COMMENT",
            "SECURITY LABEL",
            "ACL");

    private static final Set<String> ROWS = Set.of("TABLE DATA", "MATERIALIZED VIEW DATA");

    /** Made only together with the database itself, which has another name and is there by then. */
    private static final Set<String> OF_THE_DATABASE = Set.of("DATABASE", "DATABASE PROPERTIES");

    /** A table, view or sequence, by its exact names. */
    public record Relation(String schema, String name) {}

    /** Everything. */
    public static Selection all(List<Entry> archive) {
        return new Selection(
                archive.stream().filter(entry -> !isOfTheDatabase(entry)).toList(), List.of(), List.of());
    }

    /**
     * A part.
     *
     * @param schemas exact names
     * @param relations exact names
     */
    public static Selection of(List<Entry> archive, List<String> schemas, List<Relation> relations) {
        return new Choice(archive.stream()
                        .filter(entry -> !isOfTheDatabase(entry))
                        .toList())
                .of(schemas, relations);
    }

    /** Relations whose rows come. */
    public List<Relation> rows() {
        return chosen.stream()
                .filter(entry -> ROWS.contains(entry.kind()))
                .map(entry -> new Relation(entry.schema(), entry.name()))
                .toList();
    }

    /** The file of {@code pg_restore --use-list}: only the numbers are read from it. */
    public String list() {
        return chosen.stream().map(entry -> entry.id() + ";").collect(Collectors.joining("\n", "", "\n"));
    }

    private static boolean isOfTheDatabase(Entry entry) {
        return OF_THE_DATABASE.contains(entry.kind())
                || (Set.of("ACL", "COMMENT", "SECURITY LABEL").contains(entry.kind())
                        && entry.name().startsWith("DATABASE "));
    }

    /** Grows until nothing is added any more. */
    private static final class Choice {
        private final List<Entry> archive;
        private final Map<Integer, Entry> byId = new HashMap<>();
        /** A partition, and what it is attached to later: it can be made without. */
        private final Map<Integer, Set<Integer>> attachedLater = new HashMap<>();

        private final Set<Integer> in = new LinkedHashSet<>();

        Choice(List<Entry> archive) {
            this.archive = archive;
            archive.forEach(entry -> byId.put(entry.id(), entry));
            for (Entry attach : archive) {
                if (attach.kind().equals("TABLE ATTACH") || attach.kind().equals("INDEX ATTACH")) {
                    needs(attach)
                            .filter(part -> isNamedBy(part, attach))
                            .forEach(part -> attachedLater.put(part.id(), parents(attach, part)));
                }
            }
        }

        /** Tables are attached to tables, indexes to indexes; an index that is attached names both tables, too. */
        private Set<Integer> parents(Entry attach, Entry part) {
            return needs(attach)
                    .filter(need -> need.isRelation() == part.isRelation())
                    .map(Entry::id)
                    .collect(Collectors.toSet());
        }

        /** What must be there before an object is made. */
        private Stream<Entry> needs(Entry entry) {
            Set<Integer> later = attachedLater.getOrDefault(entry.id(), Set.of());
            return entry.needs().stream()
                    .filter(id -> !later.contains(id))
                    .map(byId::get)
                    .filter(Objects::nonNull);
        }

        Selection of(List<String> schemas, List<Relation> relations) {
            List<String> missing = new ArrayList<>();
            for (String schema : schemas) {
                List<Entry> inside = archive.stream()
                        .filter(entry -> schema.equals(entry.schema())
                                || (entry.kind().equals("SCHEMA")
                                        && entry.name().equals(schema)))
                        .filter(entry -> !BELONGINGS.contains(entry.kind())
                                || entry.kind().equals("SEQUENCE"))
                        .toList();
                if (inside.isEmpty()) {
                    missing.add("schema " + schema);
                }
                inside.forEach(this::take);
            }
            for (Relation relation : relations) {
                List<Entry> found = archive.stream()
                        .filter(Entry::isRelation)
                        .filter(entry -> relation.schema().equals(entry.schema())
                                && relation.name().equals(entry.name()))
                        .toList();
                if (found.isEmpty()) {
                    missing.add("table " + relation.schema() + "." + relation.name());
                }
                found.forEach(this::take);
            }
            Set<String> leftOut = new TreeSet<>();
            for (int before = -1; before < in.size(); ) {
                before = in.size();
                leftOut.clear();
                partitions();
                belongings(leftOut);
            }
            return new Selection(
                    archive.stream().filter(entry -> in.contains(entry.id())).toList(), List.copyOf(leftOut), missing);
        }

        private void take(Entry entry) {
            if (in.add(entry.id())) {
                needs(entry).forEach(this::take);
            }
        }

        /** The rows of a partitioned table are in its partitions; both are named by what attaches them. */
        private void partitions() {
            for (Entry attach : archive) {
                if (attach.kind().equals("TABLE ATTACH") && !in.contains(attach.id())) {
                    boolean ofAChosenTable = needs(attach)
                            .anyMatch(need ->
                                    need.kind().equals("TABLE") && in.contains(need.id()) && !isNamedBy(need, attach));
                    if (ofAChosenTable) {
                        take(attach);
                    }
                }
            }
        }

        /** What attaches a partition bears its name; an index that a constraint made is called {@code <table> <name>}. */
        private static boolean isNamedBy(Entry part, Entry attach) {
            return Objects.equals(part.schema(), attach.schema())
                    && (part.name().equals(attach.name())
                            || (part.kind().equals("CONSTRAINT") && part.name().endsWith(" " + attach.name())));
        }

        private void belongings(Set<String> leftOut) {
            for (Entry entry : archive) {
                if (in.contains(entry.id()) || !BELONGINGS.contains(entry.kind()) || !isCarried(entry)) {
                    continue;
                }
                Set<Entry> elsewhere = relationsNeeded(entry, new LinkedHashSet<>());
                elsewhere.removeIf(need -> in.contains(need.id()));
                if (elsewhere.isEmpty()) {
                    take(entry);
                } else if (elsewhere.stream().noneMatch(table -> isOf(entry, table))) {
                    leftOut.add(entry.shown() + ", which refers to "
                            + elsewhere.stream().map(Entry::shown).collect(Collectors.joining(", ")));
                }
            }
        }

        /** Constraints and their like are called {@code <table> <name>}: those of a table that was not chosen are not missed. */
        private static boolean isOf(Entry entry, Entry table) {
            return Objects.equals(entry.schema(), table.schema())
                    && entry.name().startsWith(table.name() + " ");
        }

        private boolean isCarried(Entry entry) {
            return needs(entry)
                    .anyMatch(need -> in.contains(need.id())
                            // A sequence belongs to the table that owns it, not to its schema.
                            && (!entry.kind().equals("SEQUENCE") || need.kind().equals("TABLE")));
        }

        private Set<Entry> relationsNeeded(Entry entry, Set<Integer> seen) {
            Set<Entry> found = new LinkedHashSet<>();
            needs(entry).filter(need -> seen.add(need.id())).forEach(need -> {
                if (need.isRelation() && !need.kind().equals("SEQUENCE")) {
                    found.add(need);
                }
                if (!in.contains(need.id())) {
                    found.addAll(relationsNeeded(need, seen));
                }
            });
            return found;
        }
    }
}
