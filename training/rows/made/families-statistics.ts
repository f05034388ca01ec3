/** Families: statistics and money. */
import { digits as integers, decimals as numbers } from '../number-words.ts';
import type { Make } from '../values.ts';
import { company } from '../values.ts';
import { countryCode, currency, fraction, lines, money, percent, words } from './family-values.ts';
import { flag, integer, listOf, maybe, number, numbersType, oneOf, strings, text } from './family.ts';
import type { Family } from './family.ts';

const data: Make = numbers(-20, 250, 1);

export const statisticsFamilies: readonly Family[] = [
  {
    id: 'mean',
    domain: 'statistics',
    names: 'calculate mean|statistics: mean|average|compute average|mean of numbers',
    descriptions:
      'Calculates the mean of a list of numbers.|Average of numbers.|Returns the arithmetic mean.',
    parameters: {
      numbers: listOf('numbers|values|data|list', numbersType, data, 3, 6),
      round: maybe(integer('decimals|round to|digits', integers(1, 5))),
    },
    requests: lines(`what's the average of {numbers}?
calculate the mean of {numbers}
My scores are {numbers}. What is the mean?
find the average of these: {numbers}
mean of {numbers}, rounded to {round} decimals
the temperatures were {numbers}; give me the average[ with {round} decimals]
average {numbers}
I measured {numbers}. Compute the mean`),
    asks: [
      ['calculate an average', 'Of which numbers?'],
      ['what is the mean, rounded to {round} decimals?', 'Of which numbers?'],
    ],
    like: ['describe'],
  },
  {
    id: 'describe',
    domain: 'statistics',
    names: 'describe data|statistics: summary|data statistic|compute statistic|stats',
    descriptions:
      'Computes a statistic of a data set.|Statistic of a list: median, mode, variance or standard deviation.|Describes numbers by one statistic.',
    parameters: {
      data: listOf('data|numbers|values|dataset', numbersType, data, 3, 7),
      statistic: oneOf('statistic|measure|kind', ['median', 'mode', 'variance', 'standard_deviation']),
      sample: maybe(flag('sample|is sample|use sample')),
    },
    requests: lines(`find the {statistic} of {data}
what is the {statistic} of {data}?
compute the {statistic} for the data {data}
My values are {data}. I want the {statistic}
{statistic} of {data}
give me the {statistic} of {data}, treated as a {sample:sample|population, not a sample}
for {data}, what's the {statistic}?
work out the {statistic} for {data}[ as a sample{sample=true}]`),
    asks: [
      ['what is the {statistic}?', 'Of which numbers?'],
      ['compute a statistic of {data}', 'Which one: median, mode, variance or standard deviation?'],
    ],
  },
  {
    id: 'sort',
    domain: 'statistics',
    names: 'sort numbers|sort list|lists: sort|order numbers|sort values',
    descriptions: 'Sorts a list of numbers.|Puts numbers in order.|Returns the numbers sorted.',
    parameters: {
      numbers: listOf('numbers|values|items|list', numbersType, data, 3, 6),
      descending: maybe(flag('descending|reverse|is descending')),
      unique: maybe(flag('unique|remove duplicates|distinct')),
    },
    requests: lines(`sort {numbers}
sort the numbers {numbers} in {descending:descending|ascending} order
put {numbers} in {descending:descending|ascending} order
order these: {numbers}[, {descending:largest|smallest} first]
arrange {numbers} from {descending:high to low|low to high}
sort {numbers} and {unique:drop|keep} duplicates
I have {numbers}; sort them {descending:from largest to smallest|from smallest to largest}`),
    asks: [['sort my numbers in {descending:descending|ascending} order', 'Which numbers?']],
  },
  {
    id: 'binomial',
    domain: 'statistics',
    names: 'binomial probability|calc binomial probability|probability: binomial|compute binomial|binomial',
    descriptions:
      'Probability of exactly k successes in n trials.|Binomial probability.|Computes a binomial distribution at one point.',
    parameters: {
      trials: integer('trials|num trials|n|number of trials', integers(5, 90)),
      successes: integer('successes|num success|k|number of successes', integers(1, 12)),
      probability: number('probability|prob success|p|success rate', fraction(1, 99)),
    },
    requests:
      lines(`what is the probability of exactly {successes} successes in {trials} trials with a success rate of {probability}?
A player hits with a chance of {probability}. How likely are {successes} hits in {trials} shots?
compute the binomial probability for n={trials}, k={successes}, p={probability}
each attempt succeeds with {probability}; {trials} attempts, {successes} successes: how probable?
chance of {successes} defects among {trials} parts when {probability} are defective
find the probability of getting {successes} out of {trials} when p is {probability}
if {probability} of seeds sprout, what's the probability that {successes} of {trials} do?`),
    asks: [
      ['how likely are {successes} successes in {trials} trials?', 'What is the probability of one success?'],
      [
        'what is the probability of {successes} successes at a success rate of {probability}?',
        'In how many trials?',
      ],
    ],
  },
  {
    id: 'probability_event',
    domain: 'statistics',
    names: 'expected count|expected value|statistics: expected count|estimate count|expected number',
    descriptions:
      'Expected number of hits; the probability is a fraction.|Estimates how many of n will happen (probability as decimal).|Expected count from size and probability such as 0.3.',
    parameters: {
      size: integer('sample size|n|total', integers(20, 9000)),
      probability: number('probability|p|rate', fraction(1, 99)),
      round: maybe(flag('rounded|round result')),
    },
    requests: lines(`how many of {size} people are expected if the rate is {probability}?
expected count for n = {size} and p = {probability}
with a probability of {probability}, how many out of {size} will it be?
estimate the hits among {size} at a rate of {probability}[, {round:rounded|not rounded}]
{size} letters are sent and {probability} are answered. How many answers are expected?
compute the expected number for {size} trials with p={probability}`),
    asks: [['how many of {size} are expected?', 'At which probability?']],
    like: ['binomial'],
  },
  {
    id: 'compound_interest',
    domain: 'finance',
    names:
      'compound interest|calculate compound interest|finance: future value|future value|investment growth',
    descriptions:
      'Future value with compound interest; the rate is a fraction.|Computes how an investment grows (rate as decimal).|Compound interest calculator, rates such as 0.05.',
    parameters: {
      principal: number('principal|initial amount|start amount|amount', money(100, 90_000)),
      rate: number('rate|annual rate|interest rate', fraction(1, 14)),
      years: integer('years|time years|duration|term', integers(2, 40)),
      frequency: maybe(
        oneOf('compounding|frequency|compounded', ['monthly', 'quarterly', 'yearly', 'daily']),
      ),
    },
    requests: lines(`what will {principal} be worth after {years} years at {rate} interest?
I invest {principal} at {rate} for {years} years, compounded {frequency}. What do I get?
compound interest on {principal} over {years} years at {rate}
calculate the future value of {principal} at an annual rate of {rate} for {years} years[, compounded {frequency}]
how does {principal} grow in {years} years at {rate} a year?
with {rate} interest a year, how much are {principal} after {years} years[ with {frequency} compounding]?
put {principal} away for {years} years at {rate}: how much is it then?`),
    asks: [
      ['what will {principal} be worth after {years} years?', 'At which interest rate?'],
      ['compound interest at {rate} over {years} years', 'On which amount?'],
    ],
    like: ['loan', 'roi'],
  },
  {
    id: 'loan',
    domain: 'finance',
    names: 'loan payment|calculate loan payment|finance: monthly payment|mortgage payment|monthly rate',
    descriptions:
      'Monthly payment of a loan; interest in percent.|Computes loan payments (interest as a percentage).|Mortgage calculator, interest in percent a year.',
    parameters: {
      amount: number('amount|loan amount|principal|sum', money(1000, 600_000)),
      interest: number('interest percent|rate percent|annual percent', percent(1, 12)),
      months: integer('months|term months|number of months', integers(6, 360)),
      early: maybe(flag('early repayment|allow early repayment')),
    },
    requests: lines(`what's the monthly payment on a loan of {amount} at {interest} over {months} months?
I borrow {amount} at {interest} interest for {months} months. What do I pay a month?
loan of {amount}, {months} months, {interest}: monthly payment?
calculate the payment for a mortgage of {amount} at {interest} and {months} months
how much are the monthly rates for {amount} over {months} months at {interest}[, {early:with|without} early repayment]?
compute my loan: {amount}, interest {interest}, term {months} months
if I take out {amount} for {months} months at {interest}, what are the payments?`),
    asks: [
      ['what is the monthly payment on {amount} over {months} months?', 'At which interest rate?'],
      ['I want to borrow money for {months} months at {interest}', 'How much?'],
    ],
    like: ['roi'],
  },
  {
    id: 'currency',
    domain: 'finance',
    names: 'convert currency|currency: convert|exchange money|currency exchange|fx convert',
    descriptions:
      'Converts money between currencies (codes such as EUR).|Exchanges an amount; currencies are three-letter codes.|Currency converter with ISO codes.',
    parameters: {
      amount: number('amount|value|sum', numbers(5, 9000, 2)),
      from: text('from currency|source|from|base currency', currency),
      to: text('to currency|target|to|target currency', currency),
      date: maybe(oneOf('rate type|rate', ['buy', 'sell', 'mid'])),
    },
    requests: lines(`convert {amount} {from} to {to}
how much is {amount} {from} in {to}?
exchange {amount} {from} for {to}
I have {amount} {from}. What is that in {to}?
what do I get in {to} for {amount} {from}?
change {amount} {from} into {to}[ at the {date} rate]
{amount} {from} to {to}
give me {amount} {from} in {to} at the {date} rate`),
    asks: [
      ['convert {amount} {from}', 'To which currency?'],
      ['how many {to} do I get?', 'For how much, and in which currency?'],
    ],
  },
  {
    id: 'stock',
    domain: 'finance',
    names: 'stock price|get stock price|markets: quote|share price|stock quote',
    descriptions: 'Gets the share price of a company.|Stock quote.|Looks up the price of a stock.',
    parameters: {
      company: text('company|company name|stock|name', company),
      days: maybe(integer('days|history days|last days', integers(2, 60))),
      extended: maybe(flag('after hours|extended hours|include after hours')),
    },
    requests: lines(`what's the share price of {company}?
how is {company} trading?
get the stock price of {company}[ for the last {days} days]
show me {company} shares over the past {days} days
stock quote for {company}, {extended:with|without} after hours
price of {company} stock?
look up {company} on the stock market
I want the last {days} days of {company} stock
Share prices of {company+} please`),
    asks: [
      ['what is the share price?', 'Of which company?'],
      ['show me the stock over the last {days} days', 'Of which company?'],
    ],
  },
  {
    id: 'roi',
    domain: 'finance',
    names: 'return on investment|calculate roi|finance: roi|investment return|roi',
    descriptions:
      'Return on investment.|Computes the ROI from cost and revenue.|How much an investment has returned.',
    parameters: {
      cost: number('cost|invested|investment|initial cost', money(100, 90_000)),
      gain: number('revenue|final value|returned|gain', money(100, 150_000)),
      years: maybe(number('years|duration years|holding years', numbers(1, 20, 1))),
    },
    requests: lines(`what's the return on investment if I put in {cost} and got {gain} back?
calculate the ROI for a cost of {cost} and a final value of {gain}
I invested {cost} and have {gain} now[ after {years} years]. What's my ROI?
return on {cost} that became {gain} over {years} years
find the ROI: cost {cost}, final value {gain}
we paid {cost}, it is worth {gain} today. What is the return?`),
    asks: [['what is the ROI if I invested {cost}?', 'What is it worth now?']],
  },
  {
    id: 'tax',
    domain: 'finance',
    names: 'sales tax|calculate tax|tax: vat|vat calculator|compute vat',
    descriptions:
      'Sales tax of a price in a country (two-letter code).|Computes VAT; countries are codes such as DE.|Tax on a purchase by country code.',
    parameters: {
      price: number('price|net price|amount', money(5, 5000)),
      country: text('country code|country', countryCode),
      reduced: maybe(flag('reduced rate|reduced|is reduced')),
    },
    requests: lines(`how much VAT is on {price} in {country}?
calculate the sales tax for {price} in {country}
I buy something for {price} in {country}. How much is the tax?
tax on {price} in {country}, {reduced:reduced rate|full rate}
what's the VAT for a price of {price} in {country}[ at the reduced rate{reduced=true}]?
compute the tax in {country} on {price}`),
    asks: [
      ['how much tax is on {price}?', 'In which country?'],
      ['what is the VAT in {country}?', 'On which price?'],
    ],
  },
  {
    id: 'split_bill',
    domain: 'finance',
    names: 'split bill|share costs|expenses: split|divide bill|bill splitter',
    descriptions: 'Splits a bill among people.|Shares costs between friends.|Divides a sum with a tip.',
    parameters: {
      total: number('total|bill|amount', money(20, 900)),
      people: listOf(
        'people|names|persons|between',
        strings,
        words(
          'Ann, Ben, Carla, Dmitri, Elena, Farid, Grace, Hiro, Ines, Jonas, Katya, Liam, Maya, Nils, Olga, Pedro, Rosa, Samir, Tara, Omar',
        ),
      ),
      tip: maybe(number('tip percent|tip', percent(5, 25))),
    },
    requests: lines(`split {total} between {people}
divide the bill of {total} among {people}
{people} share a bill of {total}[ with a tip of {tip}]
we are {people} and the bill is {total}. Split it, tip {tip}
share the costs of {total} between {people}
how much do {people} each pay of {total} with {tip} tip?`),
    asks: [
      ['split {total}', 'Among whom?'],
      ['split the bill between {people}', 'How much is the bill?'],
    ],
  },
];
