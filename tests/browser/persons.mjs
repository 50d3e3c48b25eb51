// The test persons of the MitID simulator, and what each types into forms. All numbers are MedCom's published ones.

/** What a person types into the registration form, by the labels of its fields. */
export const registrationOf = (person) => ({
  'CPR-nummer': person.cpr,
  Fornavn: person.firstName,
  Efternavn: person.lastName,
  'E-mail': person.email,
  'Bekræft e-mail': person.email,
  Mobil: '20 30 40 50',
  Adgangskode: person.password,
  'Bekræft adgangskode': person.password,
});

/** What is typed into a child's form, by the labels of its fields. */
export const childOf = (child, guardian) => {
  const { 'CPR-nummer': number, ...rest } = registrationOf(child);
  return { 'Barnets CPR-nummer': number, 'Forælder/værge CPR-nummer': guardian.cpr, ...rest };
};

const person = (firstName, lastName, cpr) => ({
  firstName,
  lastName,
  name: `${firstName} ${lastName}`,
  cpr,
  email: `${firstName.split(' ')[0].toLowerCase()}@example.dk`,
  password: 'Blå cykel 27',
});

export const nancy = person('Nancy Ann Test', 'Berggren', '251248-9996');
export const max = person('Max Test', 'Berggren', '010772-9995');
export const kirsten = person('Kirsten Test', 'Berggren', '291182-9996');
export const anders = person('Anders Test', 'Testesen', '010490-9995');
/** Anders again, after his CPR number has changed: MitID knows that it is he. */
export const renumbered = { ...anders, name: 'Anders Test Nytnummer', cpr: '020160-9995' };
export const hanna = person('Hanna Test', 'Testesen', '111010-9996');
/** A child of under 15, who has MitID in the simulator. */
export const ida = person('Ida Test', 'Testesen', '131016-9996');
/** Another, of whose custody the demonstration's register knows nothing. */
export const jens = person('Jens Test', 'Testesen', '131016-9995');
/** Of her the demonstration's clinic system holds another e-mail and mobile than she types. */
export const carla = person('Carla Test', 'Testesen', '020191-9996');
