package se.utrop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
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
 * What was set when the jar's beans were worked out ahead of time. Which beans there are is decided by then: a server that
 * is started with other settings, or a command, works its beans out anew.
 */
class AotSettings
        implements BeanFactoryInitializationAotProcessor, ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final Logger log = LoggerFactory.getLogger(AotSettings.class);

    private static final String FILE = "META-INF/utrop/aot-settings.txt";

    private static final List<ConfigurationPropertyName> DECIDING = names("management", "server", "spring");

    private static final List<ConfigurationPropertyName> INDIFFERENT =
            names("server.address", "server.port", "spring.aot", "spring.application");

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
                    "Starts as if spring.aot.enabled were not set: the jar was made ready where {} was set, not {}",
                    without(then, now),
                    without(now, then));
            disable();
        }
    }

    private static void disable() {
        SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
    }

    /** The names, since conditions ask for little else; true and false, where they do. */
    private static Set<String> settings(Environment environment) {
        Set<String> settings = new TreeSet<>();
        ConfigurationPropertySources.get(environment).forEach(source -> {
            if (source instanceof IterableConfigurationPropertySource known) {
                known.stream()
                        .filter(AotSettings::decides)
                        .map(name -> setting(name.toString(), environment))
                        .forEach(settings::add);
            }
        });
        return settings;
    }

    private static boolean decides(ConfigurationPropertyName name) {
        return DECIDING.stream().anyMatch(group -> group.isAncestorOf(name))
                && INDIFFERENT.stream().noneMatch(group -> group.equals(name) || group.isAncestorOf(name));
    }

    private static String setting(String name, Environment environment) {
        String value = environment.getProperty(name, "").toLowerCase(Locale.ROOT);
        return value.equals("true") || value.equals("false") ? name + "=" + value : name;
    }

    private static String read(ClassPathResource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> without(Set<String> settings, Set<String> others) {
        return settings.stream()
                .filter(setting -> !others.contains(setting))
                .sorted()
                .toList();
    }

    private static List<ConfigurationPropertyName> names(String... names) {
        return Stream.of(names).map(ConfigurationPropertyName::of).toList();
    }
}
