package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * How declarations come in and go out. An answer is the declaration itself, with what Lifeboat knows about it beside; it
 * can be changed and sent back as it is.
 */
final class DeclarationAnswers {
    /** Content types that are read as YAML. */
    private static final Set<String> YAML =
            Set.of("application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml");

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private DeclarationAnswers() {}

    /**
     * The document of a request. Without a content type, what begins with a brace is JSON.
     *
     * @throws Problem 415 for other content types, 400 or 413 as {@link DeclarationReader}
     */
    static JsonNode document(byte[] body, MediaType contentType) {
        if (contentType == null) {
            String text = body == null ? "" : new String(body, StandardCharsets.UTF_8).stripLeading();
            return DeclarationReader.read(body, !text.startsWith("{"));
        }
        String plain = contentType.getType() + "/" + contentType.getSubtype();
        if (YAML.contains(plain)) {
            return DeclarationReader.read(body, true);
        }
        if (plain.equals("application/json")) {
            return DeclarationReader.read(body, false);
        }
        throw Problem.of(
                415,
                new Failure(
                        "request.content-type",
                        "A declaration is not read from this content type.",
                        "application/json or application/yaml",
                        Shape.shown(plain),
                        "Set the header Content-Type."));
    }

    /** 201 or 200 with the declaration, its ETag and its warnings. */
    static Response declared(Declaration<?> declaration, String path) {
        ObjectNode body = body(declaration.declared());
        if (declaration.server() != null) {
            body.set("server", SpecJson.tree(declaration.server()));
        }
        body.set("warnings", SpecJson.tree(declaration.warnings()));
        Response.ResponseBuilder answer = declaration.created()
                ? Response.created(URI.create(path + declaration.declared().name()))
                : Response.ok();
        return answer.entity(body.toString())
                .type(MediaType.APPLICATION_JSON)
                .header("ETag", Preconditions.tag(declaration.declared().version()))
                .build();
    }

    /** 200 with the declaration. */
    static Response one(Declared<?> declared) {
        return Response.ok(body(declared).toString(), MediaType.APPLICATION_JSON)
                .header("ETag", Preconditions.tag(declared.version()))
                .build();
    }

    /**
     * A page.
     *
     * @param found one more than the limit if there are more
     */
    static Response page(List<? extends Declared<?>> found, int limit) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode items = page.putArray("items");
        found.stream().limit(limit).forEach(declared -> items.add(body(declared)));
        if (found.size() > limit) {
            String last = found.get(limit - 1).name();
            page.put(
                    "next",
                    Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8)));
        }
        return Response.ok(page.toString(), MediaType.APPLICATION_JSON).build();
    }

    /** How many are wanted. */
    static int limit(Integer asked) {
        if (asked == null) {
            return DEFAULT_LIMIT;
        }
        if (asked < 1 || asked > MAX_LIMIT) {
            throw Problem.of(
                    400,
                    new Failure(
                            "request.limit",
                            "A page cannot have so many items.",
                            "1 to " + MAX_LIMIT,
                            asked.toString(),
                            null));
        }
        return asked;
    }

    /** The name after which the page begins. */
    static String after(String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return "";
        }
        try {
            String name = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (Values.isName(name)) {
                return name;
            }
        } catch (IllegalArgumentException notBase64) {
            // said below, as for every other text that is no cursor
        }
        throw Problem.of(
                400,
                new Failure(
                        "request.cursor",
                        "This is no cursor.",
                        "what stood in next of the page before",
                        Shape.shown(cursor),
                        "Begin without a cursor."));
    }

    private static ObjectNode body(Declared<?> declared) {
        ObjectNode body = (ObjectNode) SpecJson.tree(declared.spec());
        body.put("id", declared.id().toString());
        body.put("version", declared.version());
        body.put("digest", declared.digest());
        body.put("declaredBy", declared.declaredBy());
        body.put("declaredAt", declared.declaredAt().toString());
        body.put("changedAt", declared.changedAt().toString());
        return body;
    }
}
