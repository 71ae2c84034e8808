package se.utrop;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Controller;

class ArchitectureTests {

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("se.utrop");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("se.utrop.(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void packagesAreFlat() {
        classes().should().resideInAnyPackage("se.utrop", "se.utrop.*").check(CODE);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CODE.stream().map(code -> code.getPackage()).distinct())
                .allMatch(found -> found.isAnnotatedWith(NullMarked.class));
    }

    @Test
    void onlyRepositoriesSpeakSql() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Repository")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(DatabaseClient.class)
                .check(CODE);
    }

    @Test
    void driverTypesStayWhereConnectionsAreSetUp() {
        noClasses()
                .that()
                .resideOutsideOfPackages("se.utrop.database", "se.utrop.embedded")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.r2dbc.postgresql..", "io.r2dbc.pool..", "org.postgresql..", "java.sql..")
                .check(CODE);
    }

    @Test
    void controllersAreSeenByNobody() {
        classes()
                .that()
                .areAnnotatedWith(Controller.class)
                .should()
                .bePackagePrivate()
                .check(CODE);
    }

    @Test
    void dependenciesComeThroughConstructors() {
        methods().should().notBeAnnotatedWith(Autowired.class).check(CODE);
    }

    @Test
    void nothingWaitsButStartsAndCommands() {
        noClasses()
                .that()
                .doNotHaveSimpleName("PagingConfiguration")
                .and()
                .doNotHaveSimpleName("ImportCommand")
                .and()
                .doNotHaveSimpleName("SampleNewsroom")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "blocks",
                        call -> call.getTarget().getName().startsWith("block")
                                && call.getTargetOwner().getPackageName().startsWith("reactor.core")))
                .check(CODE);
    }

    @Test
    void namesAreNotThoseOfLayers() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Service")
                .orShould()
                .haveSimpleNameEndingWith("Dto")
                .orShould()
                .haveSimpleNameEndingWith("Mapper")
                .check(CODE);
    }

    @Test
    void mostTypesArePrivateToTheirPackage() {
        long open = CODE.stream()
                .filter(code -> code.isTopLevelClass() && code.getModifiers().contains(JavaModifier.PUBLIC))
                .count();
        long all = CODE.stream().filter(code -> code.isTopLevelClass()).count();
        assertThat(open * 2).isLessThan(all);
    }
}
