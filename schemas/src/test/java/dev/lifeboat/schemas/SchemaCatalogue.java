package dev.lifeboat.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON Schema of each record that is a contract, made from the record. */
final class SchemaCatalogue {
    static final String BASE = "https://lifeboat.dev/schemas/";

    private final SchemaGenerator generator;

    SchemaCatalogue() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(new JacksonModule(
                        JacksonOption.RESPECT_JSONPROPERTY_REQUIRED, JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
                .with(Option.INLINE_ALL_SCHEMAS, Option.EXTRA_OPEN_API_FORMAT_VALUES);
        config.forFields().withRequiredCheck(field -> {
            Class<?> type = field.getType().getErasedType();
            return type.isPrimitive();
        });
        config.forTypesInGeneral().withCustomDefinitionProvider((type, context) -> {
            if (type.getErasedType() == Duration.class) {
                ObjectNode node = context.getGeneratorConfig().createObjectNode();
                return new com.github.victools.jsonschema.generator.CustomDefinition(
                        node.put("type", "string").put("format", "duration"));
            }
            return null;
        });
        generator = new SchemaGenerator(config.build());
    }

    /** File name to record, events and documents. */
    static Map<String, Class<?>> records() {
        Map<String, Class<?>> records = new LinkedHashMap<>();
        for (EventType type : EventType.values()) {
            records.put(type.schemaFile(), type.record());
        }
        records.put("cluster-spec-v1.json", ClusterSpec.class);
        records.put("repository-spec-v1.json", RepositorySpec.class);
        records.put("backup-manifest-v1.json", BackupManifest.class);
        records.put("inventory-v1.json", Inventory.class);
        records.put("fingerprints-v1.json", Fingerprints.class);
        return records;
    }

    JsonNode generate(String file, Class<?> type) {
        ObjectNode schema = generator.generateSchema(type);
        ObjectNode named = Json.MAPPER.createObjectNode();
        named.set("$schema", schema.remove("$schema"));
        named.put("$id", BASE + file);
        named.setAll(schema);
        return named;
    }
}
