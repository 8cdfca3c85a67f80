package dev.lifeboat.restore.deliver;

import dev.lifeboat.restore.contents.Entry;
import dev.lifeboat.restore.contents.RolesNamed;
import dev.lifeboat.restore.contents.Selection;
import dev.lifeboat.schemas.Failure;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what shall be delivered with what the server offers, before anything begins. */
final class TargetPreflight {
    private TargetPreflight() {}

    /**
     * One database to be made.
     *
     * @param as its name there
     * @param from its name in the dump
     */
    record Item(String from, String as, Selection selection) {}

    /**
     * What stops it; empty if nothing does.
     *
     * @param sourceMajor major version of the server that was dumped
     */
    static Optional<Failure> refuse(List<Item> items, boolean noOwner, int sourceMajor, TargetFacts facts) {
        return Stream.of(
                        notInDump(items),
                        server(sourceMajor, facts),
                        exists(items, facts),
                        roles(items, noOwner, facts),
                        extensions(items, facts))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Tablespaces that the dump names and the server does not have: what was there goes to the database's own. */
    static Set<String> missingTablespaces(List<Item> items, TargetFacts facts) {
        return entries(items)
                .map(Entry::tablespace)
                .filter(name -> name != null && !facts.tablespaces().contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<Failure> notInDump(List<Item> items) {
        List<String> missing = items.stream()
                .flatMap(item -> item.selection().missing().stream().map(what -> what + " in database " + item.from()))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Failure(
                        "restore.not-in-dump",
                        "What was asked for is not in the dump.",
                        "schemas and tables by their exact names, as the source has them",
                        String.join(", ", missing),
                        "Look at pg_restore --list of the dump, or name a backup that has them."));
    }

    private static Optional<Failure> server(int sourceMajor, TargetFacts facts) {
        if (facts.inRecovery()) {
            return Optional.of(new Failure(
                    "restore.target-in-recovery",
                    "The server is a standby: nothing can be written there.",
                    "a primary",
                    "a server in recovery",
                    "Name its primary."));
        }
        if (facts.majorVersion() < sourceMajor) {
            return Optional.of(new Failure(
                    "restore.target-older",
                    "A dump goes into a server of the same version or a newer one.",
                    "PostgreSQL " + sourceMajor + " or newer",
                    "PostgreSQL " + facts.version(),
                    "Name a newer server."));
        }
        if (!facts.superuser() && !facts.createsDatabases()) {
            return Optional.of(new Failure(
                    "restore.grant-missing.createdb",
                    "The role may not create databases there.",
                    "CREATEDB",
                    facts.role() + " without it",
                    "ALTER ROLE " + facts.role() + " CREATEDB, or name another user with the request."));
        }
        return Optional.empty();
    }

    private static Optional<Failure> exists(List<Item> items, TargetFacts facts) {
        Set<String> there = items.stream()
                .map(Item::as)
                .filter(facts.databases()::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        return there.isEmpty()
                ? Optional.empty()
                : Optional.of(new Failure(
                        "restore.database-exists",
                        "There is a database of that name: Lifeboat writes only into what it made.",
                        "names that are free",
                        String.join(", ", there),
                        "Name another with \"as\", or rename or drop what is there yourself."));
    }

    private static Optional<Failure> roles(List<Item> items, boolean noOwner, TargetFacts facts) {
        RolesNamed named = RolesNamed.by(entries(items).toList(), noOwner);
        Set<String> missing = new TreeSet<>(named.owners());
        missing.addAll(named.others());
        missing.removeAll(facts.roles());
        if (!missing.isEmpty()) {
            return Optional.of(new Failure(
                    "restore.roles-missing",
                    "Roles that own something in the dump, or may do something, are not on the server.",
                    "each role of the dump",
                    String.join(", ", missing),
                    "Create them there (CREATE ROLE), or ask with noOwner: true: then all belongs to the role that restores,"
                            + " without the dump's privileges. Roles that policies name are needed all the same."));
        }
        Set<String> notGivable = without(named.owners(), facts.givable());
        return facts.superuser() || notGivable.isEmpty()
                ? Optional.empty()
                : Optional.of(new Failure(
                        "restore.roles-not-givable",
                        "The role may not give objects to their owners.",
                        facts.role() + " is a member of each owner, or a superuser",
                        "no member of " + String.join(", ", notGivable),
                        "GRANT these roles to " + facts.role() + ", name another user, or ask with noOwner: true."));
    }

    private static Optional<Failure> extensions(List<Item> items, TargetFacts facts) {
        Set<String> missing = entries(items)
                .filter(entry -> entry.kind().equals("EXTENSION"))
                .map(Entry::name)
                .filter(name -> !facts.extensions().containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Failure(
                        "restore.extensions-missing",
                        "Extensions of the dump are not installed on the server's host.",
                        "each extension of the dump",
                        String.join(", ", missing),
                        "Install their packages for PostgreSQL " + facts.majorVersion() + "."));
    }

    private static Stream<Entry> entries(List<Item> items) {
        return items.stream().flatMap(item -> item.selection().chosen().stream());
    }

    private static Set<String> without(Collection<String> all, Collection<String> known) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(known);
        return rest;
    }
}
