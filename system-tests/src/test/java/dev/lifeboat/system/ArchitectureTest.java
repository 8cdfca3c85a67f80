package dev.lifeboat.system;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lifeboat");

    private static final String[] SERVICES = {
        "dev.lifeboat.backup..", "dev.lifeboat.restore..", "dev.lifeboat.verifier.."
    };

    /** Decisions and states: what the business says, in records, enums and sealed interfaces. */
    private static final DescribedPredicate<JavaClass> DOMAIN = describe(
            "domain code (records, enums, sealed interfaces of a service)",
            type -> resideInAnyPackage(SERVICES).test(type)
                    && (type.isRecord() || type.isEnum() || isSealedInterface(type)));

    @Test
    void schemas_depend_on_nothing() {
        classes()
                .that()
                .resideInAPackage("dev.lifeboat.schemas..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "dev.lifeboat.schemas..", "com.fasterxml.jackson.annotation..")
                .check(CLASSES);
    }

    @Test
    void services_do_not_know_each_other() {
        slices().matching("dev.lifeboat.(backup|restore|verifier)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void platform_knows_no_service() {
        noClasses()
                .that()
                .resideInAPackage("dev.lifeboat.platform..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVICES)
                .check(CLASSES);
    }

    @Test
    void domain_knows_no_framework() {
        noClasses()
                .that(DOMAIN)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "jakarta.ws.rs..",
                        "org.apache.kafka..",
                        "org.eclipse.microprofile.reactive..",
                        "org.quartz..",
                        "software.amazon..")
                .check(CLASSES);
    }

    @Test
    void brokers_and_buckets_are_met_through_the_platform() {
        noClasses()
                .that()
                .resideInAnyPackage(SERVICES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.eclipse.microprofile.reactive..",
                        "org.quartz..",
                        "software.amazon..")
                .check(CLASSES);
    }

    @Test
    void nothing_reads_the_clock_behind_our_back() {
        noClasses()
                .that()
                .resideInAnyPackage(SERVICES)
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .because("time is a parameter: inject java.time.InstantSource")
                .check(CLASSES);
    }

    private static boolean isSealedInterface(JavaClass type) {
        return type.isInterface()
                && type.getModifiers().contains(JavaModifier.ABSTRACT)
                && type.reflect().isSealed();
    }
}
