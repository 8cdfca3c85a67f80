package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.ObjectShape.optional;
import static dev.lifeboat.backup.fleet.ObjectShape.required;
import static dev.lifeboat.backup.fleet.Values.absolutePath;
import static dev.lifeboat.backup.fleet.Values.bool;
import static dev.lifeboat.backup.fleet.Values.choice;
import static dev.lifeboat.backup.fleet.Values.name;
import static dev.lifeboat.backup.fleet.Values.text;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** What the declaration of a repository looks like. */
final class RepositoryShape {
    /** <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html">Bucket names</a>. */
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,63}");
    private static final Pattern PREFIX = Pattern.compile("(?:[A-Za-z0-9!_.*'()+=@-]+/)*");

    private RepositoryShape() {}

    static ObjectShape of(SecretShape.Resolvable secrets) {
        Shape secret = SecretShape.secret(secrets);
        Shape credentials = ObjectShape.of(required("accessKey", secret), required("secretKey", secret));
        return ObjectShape.of(
                required("name", name()),
                required("type", choice("s3")),
                required("endpoint", text(255, RepositoryShape::endpointMistake, "https://host or https://host:port")),
                required(
                        "region",
                        text(
                                63,
                                region -> REGION.matcher(region).matches() ? null : "This is no region's name.",
                                "e.g. eu-central-1")),
                required(
                        "bucket",
                        text(
                                63,
                                bucket -> BUCKET.matcher(bucket).matches() && !bucket.contains("..")
                                        ? null
                                        : "This is no bucket's name.",
                                "3 to 63 of a-z, 0-9, . and -")),
                optional("prefix", prefix(), ""),
                required("credentials", credentials),
                optional("readCredentials", credentials),
                optional("caFile", absolutePath()),
                optional("pathStyle", bool(), BooleanNode.FALSE),
                optional("encryption", ObjectShape.of(required("passphrase", secret))));
    }

    private static Shape prefix() {
        Shape filled = text(512, RepositoryShape::prefixMistake, "empty, or folders that end with /");
        return (node, at) ->
                node.isTextual() && node.textValue().isEmpty() ? TextNode.valueOf("") : filled.read(node, at);
    }

    private static String prefixMistake(String prefix) {
        if (!prefix.endsWith("/")) {
            return "A prefix ends with a slash.";
        }
        if (prefix.startsWith("/") || ("/" + prefix).contains("/../") || ("/" + prefix).contains("/./")) {
            return "A prefix neither begins with a slash nor climbs.";
        }
        return PREFIX.matcher(prefix).matches()
                ? null
                : "There are characters in this prefix that not every tool takes.";
    }

    private static String endpointMistake(String endpoint) {
        try {
            URI uri = new URI(endpoint);
            if (!"https".equalsIgnoreCase(uri.getScheme())) {
                return "An endpoint is reached over https.";
            }
            if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
                return "There is no host, or no port, in this endpoint.";
            }
            if (uri.getRawUserInfo() != null) {
                return "Credentials do not belong into an endpoint.";
            }
            boolean more = uri.getRawQuery() != null
                    || uri.getRawFragment() != null
                    || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            return more ? "An endpoint is scheme, host and port alone." : null;
        } catch (URISyntaxException e) {
            return "This is no URL.";
        }
    }
}
