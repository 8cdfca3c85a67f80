package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
     * @param oneMore than the limit if there are more
     */
    static Page<ObjectNode> page(List<? extends Declared<?>> oneMore, int limit) {
        return Page.of(
                oneMore.stream().map(DeclarationAnswers::body).toList(),
                limit,
                body -> Cursor.at(body.path("name").textValue()));
    }

    /** The name after which the page begins. */
    static String after(String cursor) {
        return Cursor.decode(cursor, 1).map(last -> last.values().getFirst()).orElse("");
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
