package se.utrop.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.web.context.reactive.ConfigurableReactiveWebEnvironment;
import org.springframework.context.ApplicationListener;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;

/**
 * Warns if the server starts with other settings than those of ahead-of-time processing, which fixes the set of beans.
 * With other settings, or for a command, the server must create its bean definitions at startup instead.
 */
class AotSettings
        implements BeanFactoryInitializationAotProcessor, ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final Logger log = LoggerFactory.getLogger(AotSettings.class);

    private static final String FILE = "META-INF/utrop/aot-settings.txt";

    private static final List<ConfigurationPropertyName> RELEVANT =
            names("management", "server", "spring", "utrop.federation", "utrop.site.enabled");

    private static final List<ConfigurationPropertyName> IRRELEVANT =
            names("server.address", "server.port", "spring.aot", "spring.application");

    /** Settings of addresses and credentials, which are read at startup. */
    private static final List<ConfigurationPropertyName> LATE =
            names("management.server", "server.ssl", "spring.flyway", "spring.r2dbc", "spring.security", "spring.ssl");

    @Override
    public BeanFactoryInitializationAotContribution processAheadOfTime(ConfigurableListableBeanFactory beans) {
        Set<String> settings = settings(beans.getBean(Environment.class));
        return (generation, code) -> generation.getGeneratedFiles().addResourceFile(FILE, String.join("\n", settings));
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        ClassPathResource file = new ClassPathResource(FILE);
        if (!AotDetector.useGeneratedArtifacts() || !file.exists()) {
            return;
        }
        Set<String> then = Set.copyOf(read(file).lines().toList());
        Set<String> now = settings(event.getEnvironment());
        if (!(event.getEnvironment() instanceof ConfigurableReactiveWebEnvironment)) {
            disable();
        } else if (!now.equals(then)) {
            log.warn(
                    "Starts as if spring.aot.enabled were not set: the jar was made ready where {} was set otherwise",
                    difference(then, now));
            disable();
        }
    }

    private static void disable() {
        SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
    }

    private static Set<String> settings(Environment environment) {
        Set<String> settings = new TreeSet<>();
        ConfigurationPropertySources.get(environment).forEach(source -> {
            if (source instanceof IterableConfigurationPropertySource known) {
                known.stream()
                        .filter(AotSettings::isRelevant)
                        .map(name -> setting(name, environment))
                        .forEach(settings::add);
            }
        });
        return settings;
    }

    private static boolean isRelevant(ConfigurationPropertyName name) {
        return isIn(RELEVANT, name) && !isIn(IRRELEVANT, name);
    }

    private static boolean isIn(List<ConfigurationPropertyName> groups, ConfigurationPropertyName name) {
        return groups.stream().anyMatch(group -> group.equals(name) || group.isAncestorOf(name));
    }

    /**
     * The name of a setting with a short hash of its value: enough to detect a change, too little to reveal the value.
     */
    private static String setting(ConfigurationPropertyName name, Environment environment) {
        String value = environment.getProperty(name.toString(), "");
        boolean late = isIn(LATE, name) && !value.equals("true") && !value.equals("false");
        return late ? name.toString() : "%s %04x".formatted(name, value.hashCode() & 0xffff);
    }

    private static String read(ClassPathResource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> difference(Set<String> then, Set<String> now) {
        return Stream.concat(then.stream(), now.stream())
                .filter(setting -> !then.contains(setting) || !now.contains(setting))
                .map(setting -> setting.replaceFirst(" .*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ConfigurationPropertyName> names(String... names) {
        return Stream.of(names).map(ConfigurationPropertyName::of).toList();
    }
}
