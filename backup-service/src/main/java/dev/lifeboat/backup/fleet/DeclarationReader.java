package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;

/**
 * Reads the text of a declaration, JSON or YAML, into a tree. Bounded in size and depth, strict about duplicate keys,
 * without YAML's anchors: a few bytes of those can stand for gigabytes. What it says about a mistake is where it is, never
 * what stands there, since that may be a password in the wrong place.
 */
final class DeclarationReader {
    /** The largest declaration that is read, in bytes. */
    static final int MAX_BYTES = 256 << 10;

    private static final int MAX_DEPTH = 32;
    private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_BYTES)
            .maxNumberLength(40)
            .build();
    private static final ObjectMapper JSON = strict(new JsonMapper());
    private static final ObjectMapper YAML = strict(new YAMLMapper(YAMLFactory.builder()
            .loaderOptions(yamlBounds())
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS) // fingerprint: off
            .build()));

    private DeclarationReader() {}

    /**
     * The tree of a declaration.
     *
     * @throws Problem 413 when it is too large, 400 when it is no JSON or YAML, with the line and column
     */
    static JsonNode read(byte[] body, boolean yaml) {
        if (body == null || body.length == 0) {
            throw malformed("document.empty", "The request has no body.", "a declaration as JSON or YAML", null);
        }
        if (body.length > MAX_BYTES) {
            throw Problem.of(
                    413,
                    new Failure(
                            "document.too-large",
                            "The declaration is too large.",
                            "at most " + MAX_BYTES + " bytes",
                            body.length + " bytes",
                            "Split what it declares."));
        }
        String text = decode(body);
        try {
            if (yaml) {
                refuseAnchors(text);
            }
            JsonNode tree = (yaml ? YAML : JSON).readTree(text);
            if (tree == null || !tree.isObject()) {
                throw malformed(
                        "document.no-object",
                        "The declaration is no object.",
                        "an object with named fields",
                        tree == null ? "nothing" : Shape.kindOf(tree));
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw malformed(e, yaml);
        } catch (YAMLException e) {
            throw malformed(e);
        }
    }

    private static String decode(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw malformed("document.encoding", "The declaration is not encoded as UTF-8.", "UTF-8", null);
        }
    }

    private static void refuseAnchors(String text) {
        int documents = 0;
        for (Event event : new Yaml(yamlBounds()).parse(new StringReader(text))) {
            boolean anchored =
                    event instanceof AliasEvent || (event instanceof NodeEvent node && node.getAnchor() != null);
            if (anchored) {
                throw malformed(
                        "document.anchor",
                        "Anchors and aliases of YAML are not understood here" + at(event.getStartMark()) + ".",
                        "each value written out",
                        null);
            }
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                throw malformed(
                        "document.several",
                        "There is more than one document in the request" + at(event.getStartMark()) + ".",
                        "one declaration for each request",
                        null);
            }
        }
    }

    private static Problem malformed(JsonProcessingException e, boolean yaml) {
        String where = at(e.getLocation());
        String said = e.getOriginalMessage();
        if (said != null && said.startsWith("Duplicate field")) {
            return malformed("document.duplicate-key", "A field is given twice" + where + ".", "each field once", null);
        }
        if (said != null && said.contains("nesting depth")) {
            return malformed("document.too-deep", "The declaration is nested too deep" + where + ".", null, null);
        }
        return malformed(
                "document.malformed",
                "The declaration is no valid " + (yaml ? "YAML" : "JSON") + where + ".",
                yaml ? "YAML 1.1" : "JSON, or YAML with Content-Type: application/yaml",
                null);
    }

    private static Problem malformed(YAMLException e) {
        String where = e instanceof MarkedYAMLException marked ? at(marked.getProblemMark()) : "";
        if (e.getMessage() != null && e.getMessage().contains("epth")) {
            return malformed("document.too-deep", "The declaration is nested too deep" + where + ".", null, null);
        }
        return malformed("document.malformed", "The declaration is no valid YAML" + where + ".", "YAML 1.1", null);
    }

    private static Problem malformed(String code, String message, String expected, String found) {
        return Problem.of(400, new Failure(code, message, expected, found, "Mend the text and send it again."));
    }

    private static String at(Mark mark) {
        return mark == null ? "" : " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }

    private static String at(JsonLocation place) {
        return place == null || place.getLineNr() < 1
                ? ""
                : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }

    private static ObjectMapper strict(ObjectMapper mapper) {
        mapper.getFactory().setStreamReadConstraints(BOUNDS);
        mapper.getFactory().configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature(), true);
        return mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    private static LoaderOptions yamlBounds() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        return options;
    }
}
