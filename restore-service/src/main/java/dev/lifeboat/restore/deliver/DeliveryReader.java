package dev.lifeboat.restore.deliver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.postgres.Identifiers;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.restore.contents.Selection.Relation;
import dev.lifeboat.restore.deliver.Delivery.Wish;
import dev.lifeboat.schemas.fleet.ClusterSpec.Connection;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code into}, {@code databases} and {@code noOwner} of a request, and collects what is wrong with them. */
public final class DeliveryReader {
    private static final Set<String> CONNECTION =
            new TreeSet<>(Set.of("host", "port", "user", "password", "sslMode", "database", "caFile"));

    private final List<Violation> violations;

    private DeliveryReader(List<Violation> violations) {
        this.violations = violations;
    }

    /**
     * Reads.
     *
     * @param violations gets every mistake
     * @return null when it cannot be read at all
     */
    public static Delivery read(JsonNode body, List<Violation> violations) {
        int before = violations.size();
        DeliveryReader reader = new DeliveryReader(violations);
        Destination into = reader.into(body.path("into"));
        List<Wish> wishes = reader.wishes(body.path("databases"));
        JsonNode noOwner = body.path("noOwner");
        if (!noOwner.isMissingNode() && !noOwner.isNull() && !noOwner.isBoolean()) {
            reader.wrong("/noOwner", "field.type", "noOwner is neither true nor false.", "true or false", noOwner);
        }
        return violations.size() > before ? null : new Delivery(into, wishes, noOwner.asBoolean(false));
    }

    private Destination into(JsonNode into) {
        if (!into.isObject()) {
            wrong("/into", "field.type", "into is no object.", "{cluster} or {connection}", into);
            return null;
        }
        unknown("/into", into, Set.of("cluster", "user", "password", "connection"));
        String cluster = text("/into/cluster", into.path("cluster"), false);
        String user = text("/into/user", into.path("user"), false);
        JsonNode written = into.path("connection");
        if ((cluster == null) == written.isMissingNode()) {
            wrong("/into", "field.value", "The server is named in one way.", "cluster or connection", into);
        }
        if (cluster == null && user != null) {
            wrong("/into/user", "field.value", "A user is told here for a declared cluster's server.", "cluster", into);
        }
        SecretRef password = secret("/into/password", into.path("password"));
        if (password != null && user == null) {
            wrong("/into/user", "field.missing", "The password of which role?", "user", into.path("user"));
        }
        return new Destination(cluster, user, password, written.isMissingNode() ? null : connection(written));
    }

    private Connection connection(JsonNode written) {
        String at = "/into/connection";
        if (!written.isObject()) {
            wrong(at, "field.type", "connection is no object.", "host, port, user, ...", written);
            return null;
        }
        unknown(at, written, CONNECTION);
        JsonNode port = written.path("port");
        if (!port.isInt() || port.intValue() < 1 || port.intValue() > 65535) {
            wrong(at + "/port", "field.value", "This is no port.", "1 to 65535", port);
        }
        String sslMode = text(at + "/sslMode", written.path("sslMode"), false);
        if (sslMode != null && SslMode.of(sslMode).isEmpty()) {
            wrong(at + "/sslMode", "field.value", "There is no such mode.", "a mode of libpq", written.path("sslMode"));
        }
        return new Connection(
                text(at + "/host", written.path("host"), true),
                port.asInt(),
                text(at + "/user", written.path("user"), true),
                secret(at + "/password", written.path("password")),
                sslMode,
                text(at + "/database", written.path("database"), false),
                null,
                text(at + "/caFile", written.path("caFile"), false));
    }

    private SecretRef secret(String at, JsonNode written) {
        if (written.isMissingNode() || written.isNull()) {
            return null;
        }
        try {
            if (!written.isObject()) {
                throw new IllegalArgumentException("no object");
            }
            unknown(at, written, Set.of("env", "file"));
            SecretRef reference = EventJson.mapper().treeToValue(written, SecretRef.class);
            SecretReferences.mistakeIn(reference)
                    .ifPresent(mistake -> violations.add(new Violation(
                            at,
                            mistake.code(),
                            mistake.message(),
                            mistake.expected(),
                            mistake.found(),
                            mistake.hint())));
            return reference;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // Whoever wrote the secret itself here does not want to read it in an answer.
            violations.add(new Violation(
                    at, "field.type", "A password is given by reference.", "{env} or {file}", "something else", null));
            return null;
        }
    }

    private List<Wish> wishes(JsonNode written) {
        if (written.isMissingNode() || written.isNull()) {
            return List.of();
        }
        List<Wish> wishes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (!written.isArray() || written.isEmpty()) {
            wrong("/databases", "field.type", "This names no databases.", "a list, or nothing for all", written);
            return wishes;
        }
        for (int index = 0; index < written.size(); index++) {
            String at = "/databases/" + index;
            JsonNode each = written.get(index);
            if (!each.isObject()) {
                wrong(at, "field.type", "This is no object.", "{name, as, schemas, tables}", each);
                continue;
            }
            unknown(at, each, Set.of("name", "as", "schemas", "tables"));
            String name = name(at + "/name", each.path("name"));
            String as = each.has("as") ? name(at + "/as", each.path("as")) : name;
            if (as != null && !names.add(as)) {
                wrong(at + "/as", "field.value", "Two databases cannot have one name.", "another name", each);
            }
            if (as != null && as.startsWith(OwnDatabases.PREFIX)) {
                wrong(at + "/as", "field.value", "Names of this kind are Lifeboat's own.", "another name", each);
            }
            wishes.add(new Wish(
                    name,
                    as,
                    schemas(at + "/schemas", each.path("schemas")),
                    tables(at + "/tables", each.path("tables"))));
        }
        return wishes;
    }

    private List<String> schemas(String at, JsonNode written) {
        List<String> schemas = new ArrayList<>();
        for (int index = 0; index < listed(at, written).size(); index++) {
            schemas.add(name(at + "/" + index, written.get(index)));
        }
        return schemas;
    }

    private List<Relation> tables(String at, JsonNode written) {
        List<Relation> tables = new ArrayList<>();
        for (int index = 0; index < listed(at, written).size(); index++) {
            JsonNode each = written.get(index);
            String here = at + "/" + index;
            if (!each.isObject()) {
                wrong(here, "field.type", "A table is named by schema and name.", "{schema, name}", each);
                continue;
            }
            unknown(here, each, Set.of("schema", "name"));
            tables.add(
                    new Relation(name(here + "/schema", each.path("schema")), name(here + "/name", each.path("name"))));
        }
        return tables;
    }

    private JsonNode listed(String at, JsonNode written) {
        if (written.isMissingNode() || written.isArray()) {
            return written;
        }
        wrong(at, "field.type", "This is no list.", "a list", written);
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /** Exactly as PostgreSQL has it: nothing is quoted, folded or cut. */
    private String name(String at, JsonNode written) {
        String text = written.isTextual() ? written.textValue() : "";
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > Identifiers.MAX_BYTES || text.indexOf('\0') >= 0) {
            wrong(at, "field.value", "This is no name in PostgreSQL.", "1 to 63 bytes, without NUL", written);
            return null;
        }
        return text;
    }

    private String text(String at, JsonNode written, boolean needed) {
        if (written.isTextual() && !written.textValue().isBlank()) {
            return written.textValue();
        }
        if (needed || (!written.isMissingNode() && !written.isNull())) {
            wrong(at, needed ? "field.missing" : "field.type", "This is no text.", "a text", written);
        }
        return null;
    }

    private void unknown(String at, JsonNode object, Set<String> known) {
        object.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                violations.add(new Violation(
                        at + "/" + field.replace("~", "~0").replace("/", "~1"),
                        "field.unknown",
                        "There is no field \"" + field + "\".",
                        String.join(", ", new TreeSet<>(known)),
                        field,
                        "Leave it out, or look at its spelling."));
            }
        });
    }

    private void wrong(String at, String code, String message, String expected, JsonNode found) {
        String shown = found.isContainerNode() || found.isMissingNode()
                ? found.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                : found.asText();
        violations.add(new Violation(at, code, message, expected, shown, null));
    }
}
